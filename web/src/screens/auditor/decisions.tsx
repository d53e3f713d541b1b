import { useState } from "preact/hooks";
import { api, ask } from "../../api";
import { useData } from "../../api/useData";
import { dictionary, fmt } from "../../i18n";
import { go } from "../../router";
import { Button, DataTable, Empty, Head, Loadable } from "../../ui";
import { Hash, w } from "../shared/parts";
import { m as names } from "./words";

const m = dictionary(
  {
    lead: "Every answer is logged with all it depended on. Open one by its number, or one of the latest.",
    id: "Number of the answer",
    hint: "recommendation_id, as the service or a person gives it.",
    open: "Open",
    latest: "Latest answers",
    caption: "The people they were for are not shown",
    time: "Time",
    variant: "Experiment",
    none: "No answer was logged yet",
    noneText: "Ask for a list, as a person or by POST /v1/recommendations; it then stands here.",
  },
  {
    lead: "每次回答都连同其全部依据一起记录。可按编号打开，或打开最近的一次。",
    id: "回答编号",
    hint: "recommendation_id，由服务或用户提供。",
    open: "打开",
    latest: "最近的回答",
    caption: "不显示对象是谁",
    time: "时间",
    variant: "实验",
    none: "尚未记录任何回答",
    noneText: "以用户身份请求列表，或调用 POST /v1/recommendations；之后会显示在此。",
  },
);

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
