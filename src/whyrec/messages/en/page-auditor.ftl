### Names of the auditor's screens

card = System card
cardNav = Card
decisions = Decisions
decision = Decision record
sentences = Sentences
sentencesTitle = Are the sentences true?
faithful = Faithfulness
faithfulTitle = Faithfulness and fairness
privacy = Privacy
promises = Promises
promisesTitle = Do the promises hold?
