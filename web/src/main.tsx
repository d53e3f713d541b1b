import { defined } from "./defined";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/ui.css";
import { render } from "preact";
import { App } from "./app";
import "./theme";

render(<App />, defined(document.getElementById("app")));
