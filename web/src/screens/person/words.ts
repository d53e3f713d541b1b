/** The words of the person's screens. Evidence before inference; no claim of love; “because” only where leaving it out cost the place. */
import { dictionary } from "../../i18n";
import { en } from "./words-en";
import { zh } from "./words-zh";

export const m = dictionary(en, zh);
