/** The page's words as typed modules: src/whyrec/messages/LANGUAGE/page-NAME.ftl become src/i18n/messages/NAME.ts. A hyphen in a key opens
 * a group: feed-badge-none is m().feed.badge.none. A text with placeholders is a function that takes them by name. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@fluent/syntax";

const FROM = join(import.meta.dirname, "../../src/whyrec/messages"),
  TO = join(import.meta.dirname, "../src/i18n/messages"),
  CATEGORIES = ["zero", "one", "two", "few", "many", "other"],
  TEXT = "string | number"; // the type of a placeholder that no selector asks for

function fail(where, what) {
  throw new Error(`${where}: ${what}`);
}

/** The patterns of a file by key. */
function read(lang, name) {
  const where = `${lang}/page-${name}.ftl`,
    found = new Map();
  for (const entry of parse(readFileSync(join(FROM, where), "utf8"), { withSpans: false }).body) {
    if (entry.type.endsWith("Comment")) continue;
    if (entry.type !== "Message" || !entry.value || entry.attributes.length)
      fail(where, `not a plain message: ${entry.id?.name ?? entry.content}`);
    if (found.has(entry.id.name)) fail(where, `twice: ${entry.id.name}`);
    found.set(entry.id.name, entry.value);
  }
  return found;
}

/** The type that the variants of a selector ask for. */
function typeOf(variants) {
  const keys = variants.map((one) => one.key);
  if (keys.every((key) => key.type === "NumberLiteral" || CATEGORIES.includes(key.name)))
    return "number";
  if (keys.every((key) => key.name === "true" || key.name === "false")) return "boolean";
  return keys.map((key) => JSON.stringify(key.name ?? key.value)).join(" | ");
}

const quote = (text) => text.replace(/[`\\]|\$(?=\{)/g, "\\$&");

/** A pattern as a template literal. types: receives its placeholders. */
function template(pattern, types, where) {
  const parts = pattern.elements.map((part) => {
    if (part.type === "TextElement") return quote(part.value);
    const inner = part.expression;
    if (inner.type === "StringLiteral") return quote(inner.parse().value);
    if (inner.type === "SelectExpression") return `\${${choice(inner, types, where)}}`;
    if (inner.type !== "VariableReference") fail(where, `not supported: ${inner.type}`);
    types[inner.id.name] ??= TEXT;
    return `\${of.${inner.id.name}}`;
  });
  return `\`${parts.join("")}\``;
}

/** A selector as conditions: exact numbers first, the default last. */
function choice({ selector, variants }, types, where) {
  if (selector.type !== "VariableReference") fail(where, `not supported: ${selector.type}`);
  const name = selector.id.name,
    type = typeOf(variants);
  if (![undefined, TEXT, type].includes(types[name]))
    fail(where, `$${name} is ${types[name]} and ${type}`);
  types[name] = type;
  const test = ({ key }) => {
    if (key.type === "NumberLiteral") return `of.${name} === ${key.value}`;
    if (type === "number") return `plural(of.${name}) === "${key.name}"`;
    if (type === "boolean") return key.name === "true" ? `of.${name}` : `!of.${name}`;
    return `of.${name} === "${key.name}"`;
  };
  const others = variants.filter((one) => !one.default),
    exact = others.filter((one) => one.key.type === "NumberLiteral"),
    rest = others.filter((one) => one.key.type !== "NumberLiteral");
  return [
    ...[...exact, ...rest].map((one) => `${test(one)} ? ${template(one.value, types, where)}`),
    template(variants.find((one) => one.default).value, types, where),
  ].join(" : ");
}

/** Puts a value under its key, groups within groups. */
function put(tree, key, value, where) {
  const groups = key.split("-"),
    last = groups.pop();
  for (const group of groups) {
    tree = tree[group] ??= {};
    if (typeof tree === "string") fail(where, `${group} of ${key} is a text too`);
  }
  if (last in tree) fail(where, `${key} is a group too`);
  tree[last] = value;
}

const literal = (tree, end) =>
  typeof tree === "string"
    ? tree
    : `{\n${Object.entries(tree)
        .map(([key, value]) => `${key}: ${literal(value, end)}${end}\n`)
        .join("")}}`;

/** One file of every language as a module. */
function moduleOf(name, langs) {
  const where = `page-${name}`,
    files = new Map(langs.map((lang) => [lang, read(lang, name)])),
    keys = [...files.get(langs[0]).keys()],
    shape = {},
    words = Object.fromEntries(langs.map((lang) => [lang, {}]));
  for (const [lang, found] of files)
    for (const key of new Set([...keys, ...found.keys()]))
      if (!found.has(key) || !keys.includes(key))
        fail(where, `${key} is not in every language, see ${lang}`);
  for (const key of keys) {
    const written = langs.map((lang) => {
      const types = {},
        text = template(files.get(lang).get(key), types, `${lang}/${where}: ${key}`);
      return { lang, text, types, names: Object.keys(types).sort().join() };
    });
    if (written.some((one) => one.names !== written[0].names))
      fail(where, `${key} has other placeholders in another language`);
    const typeIn = (of) => written.map((one) => one.types[of]).find((type) => type !== TEXT);
    const takes = Object.keys(written[0].types).map((of) => `${of}: ${typeIn(of) ?? TEXT}`);
    put(shape, key, takes.length ? `(of: { ${takes.join("; ")} }) => string` : "string", where);
    for (const { lang, text } of written)
      put(words[lang], key, takes.length ? `(of) => ${text}` : text, where);
  }
  const body = literal(words, ",");
  return `// Generated from src/whyrec/messages by scripts/messages.mjs.
import { lang, ${body.includes("plural(") ? "plural, " : ""}type Lang } from "../lang";

interface Messages ${literal(shape, ";")}

const WORDS: Record<Lang, Messages> = ${body};

export const m = (): Messages => WORDS[lang.value];
`;
}

const filesOf = (lang) =>
    readdirSync(join(FROM, lang))
      .flatMap((file) => /^page-(.*)\.ftl$/.exec(file)?.[1] ?? [])
      .sort(),
  langs = ["en", "zh"],
  names = filesOf(langs[0]);
for (const lang of langs)
  if (filesOf(lang).join() !== names.join()) fail(lang, `other files than in ${langs[0]}`);
rmSync(TO, { recursive: true, force: true });
mkdirSync(TO, { recursive: true });
for (const name of names) writeFileSync(join(TO, `${name}.ts`), moduleOf(name, langs));
