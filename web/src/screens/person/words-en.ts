import { fmt, quoted } from "../../i18n";
import { done, many, thing } from "./verbs";

export const en = {
  feed: {
    nav: "For you",
    title: "For you",
    lead: (n: number) =>
      n
        ? `Based on ${n === 1 ? "one entry" : `${fmt.number(n)} entries`} in your history.`
        : "Your history is still empty, so this list shows what is chosen most often.",
    off: "Your history is not used. This list shows what is chosen most often, without what you have already chosen.",
    use: "Use my history",
    offDone: "Your history is no longer used.",
    onDone: "Your history is used again.",
    list: "Your list",
    badge: {
      personal: "Personal",
      popular: "Often chosen",
      similar: "Shared tags",
      none: "No reason given",
    },
    badgeHelp: {
      title: "What the labels mean",
      personal: "Personal: choices of yours are named as the reason.",
      popular: "Often chosen: many people choose it; your history is not the reason.",
      similar:
        "Shared tags: the model does not know what you chose, so the list goes by the tags you have in common.",
      unsaid: "No reason given: none of the possible reasons passed its test.",
      none: "Nothing here is promoted, and nothing is shown as an experiment. If it were, the label would say so.",
    },
    fallback: {
      popular: "Nothing in your history could be used, so you see what is chosen most often.",
      content: "The model does not know what you chose, so this list goes by shared tags.",
      session: "Only this visit could be used.",
    },
    why: "Why?",
    whyOf: (title: string) => `Why? ${quoted(title)}`,
    hide: "Hide",
    hideOf: (title: string) => `Hide ${quoted(title)} or its tags`,
    hideItem: () => `Only this ${thing()}`,
    hideTag: (tag: string) => `Everything tagged “${tag}”`,
    hidden: (title: string) => `${quoted(title)} will not be suggested again.`,
    hiddenTag: (tag: string) => `Nothing tagged “${tag}” will be suggested.`,
    named: "Named in the reason above:",
    nothingNamed: "The reason names none of your choices, so there is nothing to take back here.",
    whole: "See the full explanation",
    takeBack: "Take back",
    takeBackUndo: "Put it back",
    takeBackOf: (title: string) => `Take back ${quoted(title)}: it no longer counts`,
    tookBack: (title: string) => `${quoted(title)} no longer counts.`,
    more: "Show more",
    empty: "There is nothing left to suggest",
    emptyFix: "You may have hidden too many tags. You can show some of them again in your profile.",
    record: "Record of this list",
    recordHelp:
      "With this number, anyone who audits the service can look the list up and compute it again.",
    changed: {
      title: (title: string) => `Without ${quoted(title)}`,
      sum: (shown: number, fresh: number, moved: number) =>
        `In the first ${shown} places: ${fresh} new, ${moved} moved.`,
      same: (shown: number) => `The first ${shown} places stay as they are.`,
      keep: "Keep this list",
      before: "Before",
      now: "Now",
    },
    moved: (by: number) => (by > 0 ? `up ${by}` : `down ${-by}`),
    fresh: "new",
    freshFrom: (rank: number) => `new, was ${fmt.number(rank)}`,
    rank: (n: number) => `Place ${n}: `,
  },
  opinion: {
    of: (title: string) => `What do you think of ${quoted(title)}?`,
    name: { like: "I like it", dislike: "I don’t like it", not_interested: "Not interested" },
    press: {
      like: (title: string) => `I like ${quoted(title)}`,
      dislike: (title: string) => `I don’t like ${quoted(title)}`,
      not_interested: (title: string) => `Not interested in ${quoted(title)}`,
    },
    said: {
      like: (title: string) =>
        `${quoted(title)} now counts as something you like. You find it in your history.`,
      dislike: (title: string) => `${quoted(title)} will not be suggested again.`,
      not_interested: (title: string) => `${quoted(title)} will not be suggested again.`,
    },
  },
  reason: {
    times: (n: number, last: string) => `${fmt.number(n)} times${last && `, last on ${last}`}`,
    support: (n: number) => `${fmt.number(n)} people chose both`,
    testedHelp:
      "All of these were left out together and the list was computed again, by the same code as “What if?”. The text says “because” only if the item then drops out of the list, and loses more places than it does without as many random choices of yours.",
  },
  strength: {
    share: {
      all: "all of it",
      nearly: "nearly all of it",
      more: "more than half",
      fair: "a fair part of it",
      small: "a small part of it",
    },
    for: {
      all: "all",
      nearly: "nearly all",
      more: "more than half",
      fair: "a fair part",
      small: "a small part",
      tiny: "very little",
    },
    against: {
      all: "strongly against",
      nearly: "strongly against",
      more: "strongly against",
      fair: "clearly against",
      small: "a little against",
      tiny: "barely against",
    },
  },
  why: {
    title: "Why this?",
    rank: (n: number) => `Place ${n} in your list`,
    back: "Back to your list",
    reasons: "Why it is in your list",
    named: "What the reason names",
    notListed: (title: string) => `${quoted(title)} is not in your list at the moment.`,
    notListedLink: "See why not",
    share: (share: string, part: string) =>
      `What is named makes up ${share} of the score${part && `: ${part}`}.`,
    shareHelp:
      "The same share as in the text: the named parts, with their signs, divided by the score.",
    broken: "The parts of this score do not add up to it, so none of them can be relied on.",
    exact:
      "All parts of this score are exact: they add up to it, and leaving one out takes exactly that part away.",
    exactBut: (rest: string) =>
      `All parts of this score are exact but one: the model’s own part (${rest}), for which there is no reason in words.`,
    measured:
      "This model’s reasons do not add up to the score: each says how far the score falls when it alone is left out.",
    bars: "How the score is made up",
    takeaway: (base: string, choices: string, own: string, score: string) =>
      `Starting point ${base}, your choices ${choices}${own && `, the model’s own part ${own}`}: score ${score}.`,
    takeawayOut: (score: string) => `The score is ${score}. Each bar was measured on its own.`,
    columns: { what: "What", part: "Part of the score", amount: "Amount" },
    base: "Starting point, the same for everyone",
    others: "All your other choices",
    othersAll: "Everything else",
    rest: "The model’s own part, without a reason in words",
    left: "Not accounted for by the parts above",
    gap: "What does not add up",
    total: "Score",
    barsHow:
      "each bar is what that choice adds to the score or takes away from it; together with the starting point they add up to the score.",
    barsHowOut: "each bar is how far the score falls when that choice alone is left out.",
    leave: "Leave out",
    leaveOf: (title: string) => `Leave out ${quoted(title)} and see what happens`,
    putBack: "Put back",
    putBackOf: (title: string) => `Put back ${quoted(title)}`,
    tested: {
      before: "Place now",
      place: (rank: number) => fmt.number(rank),
      below: (rank: number, listed: number) =>
        `${fmt.number(rank)}: no longer in the list of ${listed}`,
      after: (n: number) => (n === 1 ? "Place without it" : "Place without all that is named"),
      random: (draws: number) => `Places without as many random choices (${draws} draws)`,
    },
    whatIf: "What if?",
    whatIfEmpty: "Leave something out to see here what your list would be without it.",
    without: (n: number) => (n === 1 ? "Your list without it" : `Your list without those ${n}`),
    before: "Now",
    after: "Without it",
    gone: "leaves the list",
    down: (n: number) => `drops to ${fmt.number(n)}`,
    item: (title: string, a: number, b: number | null, listed: number) =>
      b === null
        ? `${quoted(title)} would no longer be suggested.`
        : a === b
          ? `${quoted(title)} would keep place ${a}.`
          : `${quoted(title)} would move from place ${a} to ${fmt.number(b)}${b > listed && a <= listed ? ", out of your list" : ""}.`,
    apply: "Take back for good",
    applied: (n: number) => (n === 1 ? "It no longer counts." : `${n} entries no longer count.`),
    reset: "Put everything back",
  },
  paths: {
    title: "The paths to it",
    picture: "Paths from what you chose to this",
    takeaway: (base: string, paths: string, score: string) =>
      `Starting point ${base}, all paths together ${paths}: score ${score}.`,
    none: "No path leads to it: only the starting point counts.",
    how: "the score is a sum over paths. Each line is as wide as the exact part of the score that it carries; cutting it takes away exactly that part.",
    you: "You",
    others: "Other choices of yours",
    press: "Press one of your choices, or what it leads through, to see your list without it.",
    further: "All other paths",
    cut: "Cut",
    cutOf: (text: string) => `Cut this path and see what happens: ${text}`,
    putBackOf: (text: string) => `Put back: ${text}`,
    byEvent: "The same score, by what you chose",
  },
  modalities: {
    title: "How it resembles your choices",
    names: {
      image: "How it looks",
      text: "How it reads",
      audio: "How it sounds",
      choices: "What people choose together",
    } as Record<string, string>,
    other: (name: string) => `“${name}”`,
    most: (title: string) => `most like ${quoted(title)}`,
    takeaway: (score: string) =>
      `Each is a part of its own; with the starting point they add up to the score of ${score}.`,
    how: "each kind of likeness is a separate part of the score; leaving one out takes away exactly that part.",
  },
  missing: {
    nav: "Missing?",
    title: "Something missing?",
    lead: "Find out why something is not in your list, and what you can do about it.",
    find: () => `Find a ${thing()}`,
    hint: "Type a part of the title.",
    listed: (title: string, rank: number) => `${quoted(title)} is in your list, at place ${rank}.`,
    seeWhy: "See why",
    causes: {
      hidden: "The operator of this service does not offer it now.",
      policy: "A rule of the operator of this service keeps it out of your lists.",
      "blocked-item": "You have hidden it.",
      "blocked-tag": "You have hidden one of its tags.",
      seen: () => `You ${done()} it already.`,
      refused: "You said that you do not want it, or gave it back.",
      excluded: "It was left out of this list.",
      "taken-back": "You took it back; what is taken back is not suggested in its place.",
      filter: "The list is limited to others.",
      outranked: (rank: number, n: number) =>
        `Others fit better: its place would be ${fmt.number(rank)}, and the list ends at ${n}.`,
      "not-in-model": "It came after the model was trained; it waits for the next training.",
    },
    unhide: "Show it again",
    unhideTag: (tag: string) => `Show “${tag}” again`,
    shown: "It may be suggested again.",
    lacks: (gap: string) => `It lacks ${gap} of score to the last place.`,
    bars: "What counts for it and against it",
    takeaway: (title: string, up: boolean, outranked: boolean) =>
      up
        ? `${quoted(title)} speaks most for it${outranked ? ", but others fit better" : ""}.`
        : `${quoted(title)} speaks most against it.`,
    takeawayNone: "Nothing in your history speaks for it or against it.",
  },
  profile: {
    nav: "My profile",
    title: "My profile",
    lead: "What your history says, where it comes from, and how to change it.",
    tabs: { label: "Parts of the profile", tastes: "Tastes", history: "History", hidden: "Hidden" },
    tastes: "Tastes",
    takeaway: (tag: string, share: string, usual: string) =>
      `“${tag}” stands out: ${share} of your choices have it, and ${usual} of all ${many()}.`,
    takeawayEven: "Your choices are spread much like the catalogue as a whole.",
    tastesHow:
      "the share of your counted choices that have the tag, beside the share of the catalogue that has it. Tags describe your history; the score itself is computed from your choices.",
    mine: "of yours",
    usual: "of all",
    comes: (n: number) => `From ${fmt.number(n)} ${n === 1 ? "choice" : "choices"}`,
    latest: "The latest:",
    hideTag: "Hide",
    hideTagOf: (tag: string) => `Hide everything tagged “${tag}”`,
    takeAll: (n: number) => `Take back all ${fmt.number(n)}`,
    takeAllOf: (n: number, tag: string) =>
      `Take back all ${fmt.number(n)}: everything behind the tag “${tag}”`,
    tookAll: (n: number, tag: string) =>
      `${fmt.number(n)} ${n === 1 ? "entry" : "entries"} tagged “${tag}” no longer count${n === 1 ? "s" : ""}.`,
    isHidden: "hidden",
    unhide: "Show again",
    unhideOf: (name: string) => `Show again: “${name}”`,
    unhidden: (name: string) => `“${name}” may be suggested again.`,
    noTastes: "No tastes yet",
    noTastesFix: "They appear once you have chosen something.",
    noTags: "No tags to show",
    noTagsFix: (n: number) =>
      n === 1
        ? "The one choice that counts has no tags."
        : `None of your ${fmt.number(n)} choices that count has a tag.`,
    allTags: (n: number) => `Show all ${n}`,
    columns: { tag: "Tag", count: "Times", share: "Of yours", usual: "Of all" },
    history: "History",
    timeline: "Your history by month",
    timelineTakeaway: (n: number, out: number) =>
      out
        ? `${fmt.number(n)} entries are stored; ${fmt.number(out)} of them ${out === 1 ? "does" : "do"} not count.`
        : n === 1
          ? "One entry is stored, and it counts."
          : `${fmt.number(n)} entries are stored, and all of them count.`,
    timelineHow: "entries per calendar month, in universal time.",
    counted: "Count",
    uncounted: "Do not count",
    month: "Month",
    because: {
      event: "taken back by you",
      period: "in a period you left out",
      "no-choice": "not a choice",
      cancelled: "disliked or returned later",
      off: "history is off",
      "not-in-model": "not known to the model yet",
      older: "too long ago to count",
    },
    counts: "counts",
    takeBack: "Take back",
    putBack: "Put back",
    takeBackOf: (title: string) => `Take back ${quoted(title)}`,
    putBackOf: (title: string) => `Put back ${quoted(title)}`,
    tookBack: (title: string) => `${quoted(title)} no longer counts.`,
    gaveBack: (title: string) => `${quoted(title)} counts again.`,
    off: "Your history is switched off, so none of these entries counts.",
    noHistory: "Your history is empty",
    more: "Show earlier entries",
    periods: "Leave out a period",
    periodsText: "For example, while someone else was using your account.",
    from: "From",
    to: "To",
    addPeriod: "Leave out",
    badPeriod: "Give both dates, the first not after the last.",
    period: (a: number, b: number) =>
      fmt.day(a) === fmt.day(b) ? fmt.day(a) : `${fmt.day(a)} to ${fmt.day(b)}`,
    periodOut: (a: number, b: number) => `${fmt.day(a)} to ${fmt.day(b)} no longer counts.`,
    periodIn: "The period counts again.",
    hidden: "Hidden",
    hiddenText: () => `These ${many()} and tags are never suggested to you.`,
    nothingHidden: "Nothing is hidden",
    nothingHiddenFix: "Use “Hide” in your list or beside a taste, and it appears here.",
    items: "Hidden one by one",
    tags: "Hidden tags",
  },
  data: {
    nav: "My data",
    title: "My data",
    lead: "What is stored about you. You can take a copy with you, stop its use, or have all of it erased.",
    use: "How your history is used",
    useText:
      "When this is off, your list shows what is chosen most often, the same order for everyone. Your history stays stored, and is used for one thing only: to leave out what you have already chosen. It is not used to train models, and it enters no statistics. Your list changes at once; a model that is already trained keeps what it learned until the next training.",
    named: "Show my name to friends",
    namedText:
      "Your choices may be a reason for people who follow you: “2 people you follow chose it”. Your name appears there only if you and they both allow it. Switching this off takes effect at once; switching it on, with the next training.",
    namedGo: "Let friends see my name",
    namedOn: "Friends who allow the same can see your name after the next training.",
    namedOff: "Your name no longer appears in anyone’s reasons.",
    stored: "What is stored",
    storedTakeaway: (n: number, size: string) => `${fmt.number(n)} entries, ${size} as a file.`,
    columns: { what: "What", n: "Entries", why: "What for" },
    rows: {
      events: "History: what you chose, were shown or rejected",
      eventsFor: "Your recommendations are computed from it",
      recommendations: "Lists that were made for you",
      recommendationsFor: "So that each can be looked up, explained and checked",
      controls: "Your wishes: hidden, taken back, left out",
      controlsFor: "Followed in every list",
      fields: "Other facts about you",
      fieldsFor: "Stored for the operator; only an age is used, by the operator’s rules",
      friends: "Friends",
      friendsFor: "Stored, not used by this model",
      friendsCount: "What they chose counts in your list",
      keys: "Keys you sign in with",
      keysFor: "Only their hashes are stored",
    },
    model: "What the model has learned",
    modelText: (name: string, version: string, day: string) =>
      `The model ${name} (version ${version}) learned from events up to ${day}. What you take back stops counting in your list at once; the model itself forgets it at the next training.`,
    modelNoDay: "an unknown day",
    privacy:
      "This model comes without a guarantee of differential privacy: there is no proven limit on how much it learned from one person.",
    private: (epsilon: string) =>
      `This model is differentially private (ε = ${epsilon}): it would look almost the same if you had never been in its data.`,
    export: "Take a copy",
    exportText: "Everything above as one JSON file.",
    exportGo: "Download my data",
    exportDone: "Your data was downloaded.",
    erase: "Erase everything",
    eraseText:
      "Your history, lists, wishes and keys are deleted at once and for good. You get a receipt.",
    eraseGo: "Erase everything…",
    eraseTitle: "Erase everything about you?",
    eraseConfirm: "I understand that this cannot be undone.",
    eraseYes: "Erase everything now",
    eraseNote:
      "You will be signed out, because your key is erased as well. Download your data first if you want to keep it.",
    receipt: "Everything about you has been erased",
    receiptText:
      "Keep this receipt. With it and your name, the operator can prove that it was done.",
    receiptId: "Receipt",
    receiptTime: "Time",
    receiptSubject: "You, as a keyed hash",
    receiptRows: "Erased",
    receiptCounts: {
      events: "history entries",
      recommendations: "lists",
      friends: "friendships",
      keys: "keys",
      profile: "profile",
      jobs: "batches",
    },
    receiptNote:
      "Models that learned from your history keep its influence until they are trained again; erasing backups is up to the operator.",
    receiptGet: "Download the receipt",
    receiptDone: "Done",
  },
};
