"""The texts of the command line in English."""

from __future__ import annotations

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {
    "also": "; ",
    "listed": ", ",
    "quoted": "“{title}”",
    # Steps of reading and cleaning.
    "steps": "Reading and cleaning",
    "steps.step": "step",
    "steps.touched": "rows touched",
    "steps.left": "rows left",
    # fit
    "fit.done": "{model} fitted on {events:,} events of {users:,} people and {items} in {seconds:.1f} s: {out}",
    "fit.best": "NDCG@10 on validation people: {quality:.4f}, after epoch {epoch} of {epochs}",
    "fit.without_order": "left out of the model, as the events have no order: {parts} (--order file: the rows have one)",
    "fit.no_text": "{n:,} items have no text: they are known by their events alone",
    "fit.private": "private: epsilon {epsilon:g} at delta {delta:.1e} for one person with all events",
    "fit.ledger": "with all earlier releases in the ledger: epsilon {epsilon:.2f} at delta {delta:.1e}",
    "fit.holds": "the folder holds the events too: to give it away, fit with --no-histories",
    # compare
    "compare.head": "{data}: {users:,} people, {items}, {events:,} events; {protocol}, {cases:,} test people",
    "compare.title": "Accuracy",
    "compare.model": "model",
    "compare.interval": "{metric} [95% interval]",
    "compare.fit": "fit s",
    "compare.score": "score s",
    "compare.memory": "peak MB",
    "compare.share": "exact share",
    "compare.minus": "{a} minus {b}, {metric}: {interval}",
    "support.title": "What min_support costs {people:,} validation people, against none",
    "support.cost": "cost [95% interval]",
    "support.share": "cost in %",
    "support.chosen": "chosen",
    "support.yes": "yes",
    "behind": "people behind the first reasons: median {median:g}; {shares} ({counted} counted)",
    "behind.under": "{share:.0%} under {bound}",
    "behind.weak": "warning: {weak:.0%} of the first reasons rest on fewer than {k} people (limit {limit:.0%}). "
    "Fix: fit with min_support = {k}, or keep items with more events (--item-core)",
    "compare.chance": "  (may be chance)",
    # recommend
    "list.title": "For {who}, by {model}",
    "list.nobody": "this history",
    "list.item": "title",
    "list.score": "score",
    "list.why": "why",
    # explain
    "why.head": "Why {title} is #{rank} for {who} ({method}; exact parts: {share:.0%})",
    "why.above": "Why {title} is #{rank}, above {other}, for {who} ({method}; exact parts: {share:.0%})",
    "why.below": "Why {title} is #{rank}, below {other}, for {who} ({method}; exact parts: {share:.0%})",
    "why.sum": "score {score:.4f} = base {base:.4f} + reasons {reasons:.4f} + rest {rest:.4f}",
    "why.gap": " + unsaid {gap:.4f}",
    "why.more_events": "{n} further events",
    "why.more_reasons": "{n} further reasons",
    "why.polished": "(in a language model's words)",
    "why.refused": "(a language model's words were refused: {why})",
    "why.method": "Method {method} ({why}): {evaluations:,} model evaluations, {ms:.0f} ms{interval}.",
    "why.interval": "; 95% interval of the first {low:+.4f} to {high:+.4f}",
    "why.cut": "Cut: without the link “{link}” it would be #{after}, not #{before}.",
    "why.fell": "Checked: without {labels} it fell from #{before} to #{after} ({sure}).",
    "why.minimal": "no smaller set does",
    "why.smallest": "the smallest set found",
    "why.holds": "Checked: no set of events was found that takes it out of the first {k}.",
    # rules
    "rules.tree": "each way through its questions",
    "rules.rules": "each rule",
    "rules.ebm": "each feature's strongest range",
    "rules.head": "{model}: {about}",
    "rules.support": "support {support:.1%}, precision {precision:.1%}",
    "rules.example": "example: {user} chose {title}",
    "rules.note": "support: share of the examples; precision: share of these that were chosen next ({chosen:.1%} of all).",
    "rules.absent": "feature left out: {name} ({why})",
    # faithful
    "faithful.title": "Removing one event and scoring again, {cases} people",
    "faithful.removed": "removed",
    "faithful.drop": "drop (in sd) [95% interval]",
    "faithful.rank": "new rank of #1",
    "faithful.lost": "no longer first",
    "faithful.sums": "Sums: largest gap{of} {gap:.1e}; largest |weight − measured fall| {fall:.1e}, both relative to "
    "max(1, |score|).",
    "faithful.of": " of {n:,} explained items",
    "grade.title": "{data}, {model}: {cases:,} people; lower is better for pos, del, cdcg, higher for neg, ins, drop; "
    "output: {output}",
    "grade.method": "method",
    "grade.plain": "{method}",
    "grade.oracle": "{method} (oracle)",
    "grade.evaluations": "evaluations",
    "grade.on": "{method} on {metric}",
    "grade.worse": "{method} is not better, beyond chance, than: {others}.",
    "grade.none": "none of these rows",
    # methods
    "methods.title": "{model}: auto takes {method} ({why})",
    "methods.method": "method",
    "methods.what": "what",
    "methods.flaw": "flaw",
    # data check
    "check.rows": "{n:,} rows",
    "check.problems": "Problems",
    "check.none": "No problems found.",
    "check.table": "table",
    "check.column": "column",
    "check.row": "row",
    "check.value": "value",
    "check.required": "required",
    "check.fix": "fix",
    # audit
    "audit.group": "group",
    "audit.people": "people",
    "audit.title": "{by} ({left} groups under {fewest} people not shown)",
    "audit.gap": "{metric} {by}: {a} against {b} {difference:+.4f}",
    "audit.gaps": "{told} of {n} gaps stand after correction (Holm). {which}",
    "audit.moved": "re-ranking, weight {weight}: gap {gap_before:.3f} to {gap_after:.3f}, NDCG@10 {ndcg_before:.4f} to "
    "{ndcg_after:.4f}",
    "audit.attack": "attack {attack}: recall {recall:.0%} at {false_alarms:.1%} false alarms; pushed item shown to "
    "{shown_before:.1%}, {shown_under:.1%} under attack, {shown_swept:.1%} swept",
    # demo and report
    "truth": "Against the planted causes ({cases:,} lists that have one): the first reason names one in {share_named:.1%}; "
    "a random event in {random:.1%}, the most similar in {cosine:.1%}.",
    "report": "Report: {path}",
    "model": "Model:  {path}   (try: whyrec explain {path} --user {user})",
}
