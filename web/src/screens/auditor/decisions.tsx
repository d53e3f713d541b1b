import { useState } from "preact/hooks";
import { api, ask } from "../../api";
import { useData } from "../../api/useData";
import { fmt } from "../../i18n";
import { m as names } from "../../i18n/messages/auditor";
import { m } from "../../i18n/messages/auditor-decisions";
import { m as w } from "../../i18n/messages/shared";
import { go } from "../../router";
import { Button, DataTable, Empty, Head, Loadable } from "../../ui";
import { Hash } from "../shared/parts";

export const address = (id: string) => `/decisions/${encodeURIComponent(id)}`;

export default function Decisions() {
  const [text, setText] = useState(""),
    loaded = useData(
      (signal) => ask(api.GET("/v1/decisions", { params: { query: { limit: 20 } }, signal })),
      [],
    );
  return (
    <>
      <Head title={names().decisions} lead={m().lead}>
        <form
          class="toolbar"
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim()) go(address(text.trim()));
          }}
        >
          <div class="field">
            <label for="decision-id">{m().id}</label>
            <input
              id="decision-id"
              class="input mono"
              autocomplete="off"
              spellcheck={false}
              value={text}
              aria-describedby="decision-hint"
              onInput={(event) => setText(event.currentTarget.value)}
            />
            <span class="hint" id="decision-hint">
              {m().hint}
            </span>
          </div>
          <Button type="submit" kind="primary" class="self-start" disabled={!text.trim()}>
            {m().open}
          </Button>
        </form>
      </Head>
      <Loadable of={loaded}>
        {({ decisions }) =>
          decisions.length === 0 ? (
            <Empty title={m().none}>
              <p class="muted">{m().noneText}</p>
            </Empty>
          ) : (
            <section class="stack">
              <h2>{m().latest}</h2>
              <DataTable
                caption={m().caption}
                rows={decisions}
                id={(row) => row.recommendation_id}
                columns={[
                  {
                    name: m().id,
                    show: (row) => (
                      <a href={address(row.recommendation_id)}>
                        <code>{row.recommendation_id}</code>
                      </a>
                    ),
                    head: true,
                  },
                  {
                    name: m().time,
                    show: (row) => fmt.moment(row.time),
                    by: (row) => row.time,
                    fit: "line",
                  },
                  {
                    name: w().version,
                    show: (row) => <Hash>{row.model}</Hash>,
                    by: (row) => row.model,
                  },
                  { name: m().variant, show: (row) => row.variant ?? "–" },
                ]}
              />
            </section>
          )
        }
      </Loadable>
    </>
  );
}
