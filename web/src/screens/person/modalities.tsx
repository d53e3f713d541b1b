/** How much of the score comes from looks, words, sound, and how much from what people choose: exact parts of a model that reads several. */
import { byName, fmt, quoted } from "../../i18n";
import { m } from "../../i18n/messages/person-why";
import { account } from "../../session";
import { Figure, SignedBars, type SignedRow } from "../../ui";
import { digitsFor, type WhyNot } from "./parts";

export function Modalities({ of }: { of: WhyNot }) {
  const words = m().modalities,
    rows = of.modalities ?? [];
  const name = (one: string) => byName(words.names, one) ?? words.other({ name: one });
  const digits = digitsFor(rows.map((one) => one.weight));
  const bars: SignedRow[] = [
    { id: "base", what: m().base, value: of.base ?? 0, plain: true },
    ...rows.map((one) => ({
      id: one.name,
      value: one.weight,
      what: (
        <>
          {name(one.name)}
          {one.like && (
            <span class="small muted"> {words.most({ title: quoted(one.like.title) })}</span>
          )}
        </>
      ),
    })),
    { id: "total", what: m().total, value: of.score ?? 0, plain: true, total: true },
  ];
  return (
    <Figure
      title={words.title}
      takeaway={words.takeaway({ score: fmt.number(of.score ?? 0, digits) })}
      about={{
        how: words.how,
        model: `${account().model.name} ${account().model.version}`,
        n: rows.length,
        time: fmt.moment(account().now),
      }}
    >
      <SignedBars
        rows={bars}
        caption={words.title}
        digits={digits}
        columns={[m().columns.what, m().columns.part, m().columns.amount]}
      />
    </Figure>
  );
}
