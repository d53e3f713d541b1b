import { useEffect, useState } from "preact/hooks";
import type { ComponentType } from "preact";
import { common, lang, setLang } from "./i18n";
import { go, match, path } from "./router";
import { screens } from "./screens";
import { account, demo, me, receipt, signOut } from "./session";
import Receipt from "./screens/person/receipt";
import type { Screen, ScreenProps } from "./screens/types";
import { DemoDialog, SignIn } from "./sign-in";
import { dark, setTheme } from "./theme";
import { announce, Button, Empty, Failed, Skeleton, Toasts } from "./ui";
import { troubleOf, type Trouble } from "./api";

export function App() {
  const words = common();
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        {words.skip}
      </a>
      <Top />
      {demo && me.value && (
        <div class="demo-bar">
          <div>{words.demo.marked}</div>
        </div>
      )}
      <main id="main" tabIndex={-1}>
        {receipt.value ? <Receipt /> : me.value ? <Here /> : <SignIn />}
      </main>
      <Toasts />
    </>
  );
}

const mine = (): Screen[] => screens.filter((screen) => me.value?.areas.includes(screen.area));

function find(): { screen: Screen; params: Record<string, string> } | undefined {
  for (const screen of mine()) {
    const params = match(screen.path, path.value);
    if (params) return { screen, params };
  }
  return undefined;
}

function Top() {
  const words = common(),
    [choosing, choose] = useState(false),
    here = me.value ? find()?.screen : undefined;
  const listed = mine().filter((screen) => screen.nav);
  const who =
    me.value?.user ??
    (me.value
      ? me.value.areas.includes("engineer")
        ? words.areas.engineer
        : words.areas.auditor
      : "");
  useEffect(() => {
    // where the names do not fit, the one of this screen is in sight
    const bar = document.querySelector<HTMLElement>(".nav"),
      mark = bar?.querySelector<HTMLElement>("[aria-current]");
    if (bar && mark)
      bar.scrollLeft = mark.offsetLeft - (bar.clientWidth - mark.offsetWidth) / 2 - bar.offsetLeft;
  }, [here, lang.value]);
  return (
    <header class="top">
      <div class="top-in">
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" width="24" height="24" />
          {words.name}
        </a>
        <nav class="nav" aria-label={words.nav}>
          <ul>
            {listed.map((screen) => (
              <li key={screen.path}>
                <a
                  href={screen.path}
                  aria-current={screen === here || here?.under === screen.path ? "page" : undefined}
                >
                  {screen.nav?.()}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="tools">
          <Button
            kind="quiet"
            lang={lang.value === "zh" ? "en" : "zh-Hans"}
            aria-label={words.languageLabel}
            onClick={() => setLang(lang.value === "zh" ? "en" : "zh")}
          >
            {words.language}
          </Button>
          <Button
            kind="quiet"
            icon
            aria-label={`${words.theme.label}: ${dark.value ? words.theme.dark : words.theme.light}`}
            onClick={() => setTheme(dark.value ? "light" : "dark")}
          >
            <ThemeSign />
          </Button>
          {me.value && demo && (
            <Button
              onClick={() => choose(true)}
              aria-label={`${words.demo.who({ name: who })}. ${words.demo.switch}`}
            >
              <span class="who">
                <bdi>{who}</bdi>
              </span>{" "}
              <span aria-hidden="true">▾</span>
            </Button>
          )}
          {me.value && !demo && (
            <Button
              kind="quiet"
              onClick={() => {
                signOut();
                go("/");
              }}
            >
              {words.signOut}
            </Button>
          )}
        </div>
      </div>
      {choosing && <DemoDialog close={() => choose(false)} />}
    </header>
  );
}

const ThemeSign = () => (
  <svg
    width="18"
    height="18"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    aria-hidden="true"
  >
    <circle cx="12" cy="12" r="8" />
    <path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor" stroke="none" />
  </svg>
);

/** The screen of the address, loaded when it is first opened. */
function Here() {
  const found = find(),
    [loaded, setLoaded] = useState<{
      screen: Screen;
      component: ComponentType<ScreenProps>;
    } | null>(null);
  const [trouble, fail] = useState<Trouble | null>(null),
    first = mine().find((screen) => screen.nav);
  const open = () => {
    fail(null);
    found?.screen.load().then(
      (module) => setLoaded({ screen: found.screen, component: module.default }),
      (error: unknown) => fail(troubleOf(error)),
    );
  };
  useEffect(open, [found?.screen]);
  useEffect(() => {
    if (path.value === "/" && first && first.path !== "/") go(first.path, { replace: true });
  }, [path.value, first]);
  useEffect(() => {
    document.title = found ? `${found.screen.title()} · ${common().name}` : common().name;
  }, [found?.screen, lang.value]);
  useOpened(loaded?.screen === found?.screen ? path.value : "", found?.screen.title() ?? "");
  const words = common();
  if (!first)
    return (
      <Empty top title={words.signIn.noScreens({ role: account().role })}>
        <p>{words.signIn.noScreensFix}</p>
        <Button onClick={() => signOut()}>{words.signOut}</Button>
      </Empty>
    );
  if (trouble) return <Failed trouble={trouble} retry={open} />;
  if (!found)
    return path.value === "/" ? (
      <Skeleton />
    ) : (
      <Empty top title={words.notFound.title}>
        <p>{words.notFound.text}</p>
        <a href={first.path}>{words.notFound.home}</a>
      </Empty>
    );
  if (loaded?.screen !== found.screen) return <Skeleton rows={4} block />;
  const Screen = loaded.component;
  return <Screen key={path.value} params={found.params} />;
}

let before = "";
/** When another screen opens: to its top, its name said, focus on its heading, so that the keyboard goes on from there. */
function useOpened(at: string, name: string): void {
  useEffect(() => {
    if (!at) return;
    if (before && before !== at) {
      scrollTo(0, 0);
      announce(name);
      document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    }
    before = at;
  }, [at]);
}
