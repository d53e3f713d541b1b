/** Shown once everything of a person is erased, until they close it: nobody is signed in any more. */
import { defined } from "../../defined";
import { byName, fmt } from "../../i18n";
import { m } from "../../i18n/messages/person-receipt";
import { go } from "../../router";
import { receipt } from "../../session";
import { Button } from "../../ui";
import { save } from "./save";
import "./person.css";

export default function Receipt() {
  const words = m(),
    made = defined(receipt.value);
  const rows = Object.entries(made.erased)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${fmt.number(n)} ${byName(words.counts, name) ?? name}`);
  return (
    <div class="sign-in">
      <div class="stack">
        <h1 tabIndex={-1}>{words.title}</h1>
        <p class="muted">{words.text}</p>
      </div>
      <dl class="facts">
        <dt>{words.id}</dt>
        <dd class="mono">{made.receipt_id}</dd>
        <dt>{words.time}</dt>
        <dd>{fmt.moment(made.time)}</dd>
        <dt>{words.subject}</dt>
        <dd class="mono">{made.subject}</dd>
        <dt>{words.rows}</dt>
        <dd>{rows.join(" · ")}</dd>
      </dl>
      <p class="small muted">{words.note}</p>
      <div class="row">
        <Button kind="primary" onClick={() => save(made, `whyrec-receipt-${made.receipt_id}.json`)}>
          {words.get}
        </Button>
        <Button
          onClick={() => {
            receipt.value = null;
            go("/");
          }}
        >
          {words.done}
        </Button>
      </div>
    </div>
  );
}
