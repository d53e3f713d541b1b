import { defined } from "./defined";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/content.css";
import "./styles/overlays.css";
import { render } from "preact";
import { App } from "./app";
import "./theme";

render(<App />, defined(document.getElementById("app")));
