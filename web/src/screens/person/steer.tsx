/** All that steers the list, in one place: how much variety, novelty, freshness and trend count for this person. */
import { byName, fmt } from "../../i18n";
import { m } from "../../i18n/messages/person-steer";
import { query, setQuery } from "../../router";
import { Badge, Button, Slider } from "../../ui";
import type { Profile, Strengths } from "./controls";
import "./steer.css";

type Force = Profile["forces"][string];
const STEP = 0.1,
  PANEL = "steer";

/** How strong that is, in a word. */
function level(strength: number): string {
  const words = m().level;
  if (strength === 0) return words.off;
  if (strength <= 0.25) return words.little;
  if (strength <= 0.55) return words.medium;
  return strength <= 1 ? words.strong : words.most;
}

const named = (name: string): string => byName(m().names, name) ?? name;
const held = ({ strength, usual }: Force): number => strength ?? usual;

interface Props {
  forces: Profile["forces"];
  /** Set these, and say so. */
  set: (strengths: Strengths, said: string) => void;
}

const ownOf = (forces: Profile["forces"]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(forces).flatMap(([name, { strength }]) =>
      strength === null ? [] : [[name, strength]],
    ),
  );

/** The button that opens the sliders, with what is set. */
export function SteerButton({ forces }: Pick<Props, "forces">) {
  const words = m(),
    open = query(PANEL) === "open";
  return (
    <span class="row">
      <Button
        aria-expanded={open}
        aria-controls={PANEL}
        onClick={() => setQuery({ [PANEL]: open ? null : "open" })}
      >
        {words.open} <span aria-hidden="true">{open ? "▴" : "▾"}</span>
      </Button>
      {!open &&
        Object.entries(ownOf(forces)).map(([name, strength]) => (
          <Badge key={name} tone="accent">
            {words.done({ name: named(name), level: level(strength) })}
          </Badge>
        ))}
    </span>
  );
}

export function Steer({ forces, set }: Props) {
  const words = m(),
    own = ownOf(forces);
  if (query(PANEL) !== "open") return null;
  const back = (name: string) =>
    set(
      Object.fromEntries(Object.entries(own).filter(([other]) => other !== name)),
      words.doneBack({ name: named(name) }),
    );
  return (
    <section id={PANEL} class="steer card" aria-labelledby="steer-title">
      <div>
        <h2 id="steer-title" class="h3">
          {words.title}
        </h2>
        <p class="small muted">{words.lead}</p>
      </div>
      <div class="steer-grid">
        {Object.entries(forces).map(([name, force]) => (
          <div key={name} data-force={name}>
            <Slider
              label={named(name)}
              hint={byName(words.does, name) ?? ""}
              value={held(force)}
              max={Math.max(1, force.usual, held(force))}
              step={STEP}
              say={(value) => (value ? `${level(value)} · ${fmt.number(value, 1)}` : level(value))}
              change={(value) =>
                set(
                  { ...own, [name]: value },
                  words.done({ name: named(name), level: level(value) }),
                )
              }
            />
            <p class="small muted steer-own">
              {force.strength === null ? (
                words.usual
              ) : (
                <>
                  {words.own({ level: level(force.usual) })}{" "}
                  <button
                    type="button"
                    class="link"
                    aria-label={words.backOf({ name: named(name) })}
                    onClick={() => back(name)}
                  >
                    {words.back}
                  </button>
                </>
              )}
            </p>
          </div>
        ))}
      </div>
      <p class="small row steer-foot">
        {Object.keys(own).length > 1 && (
          <button type="button" class="link" onClick={() => set({}, words.doneAll)}>
            {words.allBack}
          </button>
        )}
        <a href="/profile?part=hidden">{words.hidden}</a>
        <a href="/profile?part=history">{words.dismissed}</a>
      </p>
    </section>
  );
}
