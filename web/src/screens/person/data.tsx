import { useState } from "preact/hooks";
import { api, ask } from "../../api";
import { useData } from "../../api/useData";
import { common, fmt } from "../../i18n";
import { m as names } from "../../i18n/messages/person";
import { m } from "../../i18n/messages/person-data";
import { m as feedWords } from "../../i18n/messages/person-feed";
import { account, receipt, signOut } from "../../session";
import { Button, DataTable, Dialog, Head, Loadable, Switch, toast } from "../../ui";
import { attempt } from "./attempt";
import { changes, nameToFriends, personalise, user } from "./controls";
import { save } from "./save";
import "./person.css";

const CLOSE = 0.1, // no outcome is more than a tenth likelier
  FAIR = 1; // nearly threefold; above it, noise is no comfort

interface Export {
  events: unknown[];
  recommendations: unknown[];
  friends: unknown[];
  keys: unknown[];
  profile: {
    personalised: boolean;
    fields: Record<string, string>;
    blocked_items: string[];
    blocked_tags: string[];
    excluded_events: string[];
    excluded_periods: unknown[];
  } | null;
}

const read = (signal?: AbortSignal) =>
  ask(
    api.GET("/v1/users/{user}/export", { params: { path: { user: user() } }, signal }),
  ) as Promise<unknown> as Promise<Export>;

export default function MyData() {
  const words = m(),
    stored = useData(read, [changes.value]),
    [asking, ask_] = useState(false);
  const turn = (on: boolean) =>
    attempt(async () =>
      toast(on ? feedWords().onDone : feedWords().offDone, await personalise(on)),
    );
  const get = () =>
    attempt(async () => {
      save(await read(), `whyrec-${user()}.json`);
      toast(words.exportDone);
    });
  const name = (on: boolean) =>
    attempt(async () => toast(on ? words.namedOn : words.namedOff, await nameToFriends(on)));
  const { model } = account();
  return (
    <>
      <Head title={names().data.title} lead={words.lead} />
      <Loadable of={stored}>
        {(data) => (
          <>
            <section class="section card row spread" style={{ "--gap": "16px" }}>
              <div class="measure">
                <h2 class="h3">{words.use}</h2>
                <p class="small muted">{words.useText}</p>
              </div>
              <Switch on={data.profile?.personalised ?? true} change={turn}>
                {feedWords().use}
              </Switch>
            </section>
            {model.friends && data.friends.length > 0 && (
              <section class="section card row spread" style={{ "--gap": "16px" }}>
                <div class="measure">
                  <h2 class="h3">{words.named}</h2>
                  <p class="small muted">{words.namedText}</p>
                </div>
                <Switch on={data.profile?.fields["named_to_friends"] === "yes"} change={name}>
                  {words.namedGo}
                </Switch>
              </section>
            )}
            <Stored data={data} />
            <section class="section measure stack">
              <h2>{words.model}</h2>
              <p>
                {words.modelText({
                  name: model.name,
                  version: model.version,
                  day:
                    model.trained_to && account().clock
                      ? fmt.day(model.trained_to)
                      : words.modelNoDay,
                })}
              </p>
              <p class="muted">
                {model.epsilon === null ? words.privacy : promised(words, model.epsilon)}
              </p>
            </section>
          </>
        )}
      </Loadable>
      <section class="section stack">
        <h2>{words.export}</h2>
        <p class="muted">{words.exportText}</p>
        <div>
          <Button onClick={get}>{words.exportGo}</Button>
        </div>
      </section>
      <section class="section stack">
        <h2>{words.erase}</h2>
        <p class="muted">{words.eraseText}</p>
        <div>
          <Button kind="danger" onClick={() => ask_(true)}>
            {words.eraseGo}
          </Button>
        </div>
      </section>
      {asking && <Erase close={() => ask_(false)} />}
    </>
  );
}

function Stored({ data }: { data: Export }) {
  const words = m(),
    profile = data.profile;
  const wishes = profile
    ? profile.blocked_items.length +
      profile.blocked_tags.length +
      profile.excluded_events.length +
      profile.excluded_periods.length +
      (profile.personalised ? 0 : 1)
    : 0;
  const rows = [
    { what: words.rows.events, n: data.events.length, why: words.rows.eventsFor },
    {
      what: words.rows.recommendations,
      n: data.recommendations.length,
      why: words.rows.recommendationsFor,
    },
    { what: words.rows.controls, n: wishes, why: words.rows.controlsFor },
    {
      what: words.rows.fields,
      n: Object.keys(profile?.fields ?? {}).length,
      why: words.rows.fieldsFor,
    },
    {
      what: words.rows.friends,
      n: data.friends.length,
      why: account().model.friends ? words.rows.friendsCount : words.rows.friendsFor,
    },
    { what: words.rows.keys, n: data.keys.length, why: words.rows.keysFor },
  ];
  const size = new Blob([JSON.stringify(data)]).size;
  return (
    <section class="section stack">
      <h2>{words.stored}</h2>
      <p class="muted">
        {words.storedTakeaway({
          n: fmt.number(rows.reduce((sum, row) => sum + row.n, 0)),
          size: fmt.bytes(size),
        })}
      </p>
      <DataTable
        caption={words.stored}
        hideCaption
        rows={rows}
        columns={[
          { name: words.columns.what, show: (row) => row.what, head: true },
          { name: words.columns.n, show: (row) => fmt.number(row.n), end: true },
          { name: words.columns.why, show: (row) => row.why },
        ]}
      />
    </section>
  );
}

function Erase({ close }: { close: () => void }) {
  const words = m(),
    [sure, setSure] = useState(false),
    [busy, setBusy] = useState(false);
  const erase = () =>
    attempt(async () => {
      setBusy(true);
      const made = await ask(
        api.DELETE("/v1/users/{user}", { params: { path: { user: user() } } }),
      ).finally(() => setBusy(false));
      receipt.value = made;
      signOut();
    });
  return (
    <Dialog
      title={words.eraseTitle}
      close={close}
      footer={
        <>
          <Button onClick={close}>{common().cancel}</Button>
          <Button kind="danger primary" disabled={!sure || busy} onClick={erase}>
            {words.eraseYes}
          </Button>
        </>
      }
    >
      <p>{words.eraseText}</p>
      <p class="muted">{words.eraseNote}</p>
      <label class="check">
        <input
          type="checkbox"
          checked={sure}
          onChange={(event) => setSure(event.currentTarget.checked)}
        />{" "}
        <span>
          {words.eraseConfirm}{" "}
          <span class="muted">
            (<bdi>{user()}</bdi>)
          </span>
        </span>
      </label>
    </Dialog>
  );
}

/** What a differentially private model promises this person: more than a factor only for a small epsilon. */
function promised(words: ReturnType<typeof m>, epsilon: number): string {
  const given = { epsilon: fmt.short(epsilon), times: fmt.short(Math.exp(epsilon)) };
  if (epsilon <= CLOSE) return words.privateClose(given);
  return epsilon <= FAIR ? words.privateBound(given) : words.privateWeak(given);
}
