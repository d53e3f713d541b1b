import { api, ask } from "../../api";
import { useData } from "../../api/useData";
import { lang } from "../../i18n";
import { me } from "../../session";
import { Cover, Head, Loadable, Title } from "../../ui";
import { m } from "./words";

export default function Feed() {
  const list = useData((signal) => ask(api.POST("/v1/recommendations", { body: { user: me.value!.user!, n: 20, lang: lang.value }, signal })), [lang.value]);
  return (
    <>
      <Head title={m().feed.title} />
      <Loadable of={list}>{(found) => <ol class="stack">{found.items.map((one) => <li key={one.item} class="card row"><Cover title={one.title} /><div><Title>{one.title}</Title><p class="small muted">{one.text}</p></div></li>)}</ol>}</Loadable>
    </>
  );
}
