import { useEffect, useState } from "preact/hooks";
import { api, ask, troubleOf } from "./api";
import { useData } from "./api/useData";
import { common, fmt } from "./i18n";
import { become, demo, farewell, key, me, signIn } from "./session";
import { Button, Dialog, Loadable, Skeleton, toast } from "./ui";

/** Where nobody is signed in: the key, or in the demo the choice of whom to be. */
export function SignIn() {
  const words = common().signIn,
    [waiting, wait] = useState(key.value !== "");
  useEffect(() => {
    if (key.value)
      signIn(key.value)
        .catch(
          (error: unknown) =>
            (farewell.value =
              troubleOf(error).status === 401 ? words.expired : troubleOf(error).message),
        )
        .finally(() => wait(false));
  }, []);
  if (waiting) return <Skeleton rows={5} block />;
  if (demo)
    return (
      <div class="sign-in demo-in">
        <div class="stack">
          <h1 tabIndex={-1}>{words.title}</h1>
          <p class="muted">{common().demo.text}</p>
        </div>
        {farewell.value && <p class="note">{farewell.value}</p>}
        <Identities done={() => undefined} />
      </div>
    );
  return <KeyForm />;
}

function KeyForm() {
  const words = common().signIn,
    [secret, setSecret] = useState(""),
    [wrong, setWrong] = useState(""),
    [busy, setBusy] = useState(false);
  const send = async (event: Event) => {
    event.preventDefault();
    if (!secret.trim()) {
      setWrong(words.empty);
      return;
    }
    setBusy(true);
    try {
      await signIn(secret.trim());
    } catch (error) {
      const trouble = troubleOf(error);
      setWrong(trouble.status === 401 ? words.wrong : trouble.message);
      setBusy(false);
      document.getElementById("key")?.focus();
    }
  };
  return (
    <form class="sign-in" onSubmit={send} noValidate>
      <div class="stack">
        <h1 tabIndex={-1}>{words.title}</h1>
        <p class="muted">{words.text}</p>
      </div>
      {farewell.value && (
        <p class="note" role="status">
          {farewell.value}
        </p>
      )}
      <div class="field">
        <label for="key">{words.key}</label>
        <input
          id="key"
          class="input mono"
          type="password"
          autocomplete="off"
          value={secret}
          aria-invalid={wrong !== ""}
          aria-describedby="key-hint key-wrong"
          onInput={(event) => {
            setSecret(event.currentTarget.value);
            setWrong("");
          }}
        />
        <span class="hint" id="key-hint">
          {words.hint}
        </span>
        <span class="wrong" id="key-wrong" role="alert">
          {wrong}
        </span>
      </div>
      <div>
        <Button kind="primary" type="submit" disabled={busy}>
          {words.go}
        </Button>
      </div>
    </form>
  );
}

export const DemoDialog = ({ close }: { close: () => void }) => (
  <Dialog title={common().demo.title} close={close}>
    <p class="muted small">{common().demo.text}</p>
    <Identities done={close} />
  </Dialog>
);

function Identities({ done }: { done: () => void }) {
  const words = common().demo,
    [text, setText] = useState("");
  const people = useData(
    (signal) =>
      ask(api.GET("/v1/demo/people", { params: { query: { q: text, limit: 24 } }, signal })),
    [text],
  );
  const be = (identity: Parameters<typeof become>[0]) =>
    become(identity).then(done, (error: unknown) => toast(troubleOf(error).message));
  return (
    <div class="stack">
      <div class="field">
        <label for="demo-find">{words.find}</label>
        <input
          id="demo-find"
          class="input"
          type="search"
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <Loadable of={people}>
        {(found) => (
          <div class="stack">
            <div class="people" role="group" aria-label={words.people}>
              {found.people.map((one) => (
                <button
                  key={one.user}
                  type="button"
                  class="button"
                  aria-pressed={me.value?.user === one.user}
                  onClick={() => be({ role: "person", user: one.user })}
                >
                  <b>
                    <bdi>{one.user}</bdi>
                  </b>
                  <span>{words.events({ n: one.events })}</span>
                </button>
              ))}
            </div>
            <p class="small muted">
              {words.total({
                shown: fmt.number(found.people.length),
                total: fmt.number(found.total),
              })}
            </p>
          </div>
        )}
      </Loadable>
      <div class="stack" role="group" aria-label={words.roles}>
        <Button onClick={() => be({ role: "engineer", user: null })}>{words.engineer}</Button>
        <Button onClick={() => be({ role: "auditor", user: null })}>{words.auditor}</Button>
      </div>
      <p class="small">
        <a href="/v1/demo/report" target="_blank" rel="noreferrer">
          {words.report}
        </a>
      </p>
    </div>
  );
}
