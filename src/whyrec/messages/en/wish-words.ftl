## The words by which wishes are recognised, in each language a list separated by "|"

# Every language's words are recognised in every request. A cue says what a phrase asks for.
cue-more = more | more of | i want | i'd like | i would like | i like | i love | i prefer | prefer | give me | show me | looking for | in the mood for | recommend | please show | i feel like
cue-less = less | fewer | not so much | not so many | not too much | not too many | reduce | cut down on | tired of | enough of | i don't like | i do not like | don't like | do not like | dislike
cue-no = no | no more | none | nothing | nothing with | nothing about | not | without | never | don't show | do not show | don't want | do not want | i hate | hate | hide | exclude | avoid | anything but | can't stand
cue-only = only | nothing but | just | exclusively
# How much; before or after a cue
size-much = much | a lot | lots of | many | a lot of | far | very much | plenty of | strongly
size-bit = a bit | a little | slightly | somewhat | a touch | a few
# Between two things of one phrase
joined = and | or | as well as | nor | but | also
# Words that say nothing about items
filler = the | a | an | of | with | about | in | on | at | to | for | from | by | and | or | is | are | that | which | any | some | all | please | me | my | i | you | it | this | these | those | like | kind | kinds | sort | film | films | movie | movies | book | books | game | games | music | song | songs | item | items | product | products | thing | things | stuff | one | ones | where | who | really | so | too | be | there | list | see | want | genre | type | title | titles | something | stories | story | set
# Names that only look like cues
guard = much ado | no country | less than | more than

## Comparisons with a number; for Chinese they stand behind the number

below = under | below | less than | cheaper than | before | older than | earlier than | shorter than | lower than
above = over | above | more than | after | newer than | later than | longer than | higher than
most = at most | up to | no more than | not more than | max
least = at least | since | from | min | not less than
below-behind = or before
above-behind = or after
most-behind = or less | or older | or earlier | or cheaper
least-behind = or more | or newer | or later
range = - | –
decade = decade
field-price = price | cost | costs | dollar | dollars | usd | euro | euros | eur | yuan | bucks
field-year = year | years | released | release | made
low-price = cheap | cheaper | inexpensive | affordable | budget
high-price = expensive | pricey | premium | luxury
low-year = old | older | classic | classics | vintage
high-year = new | newer | recent | latest | modern

## Things that catalogues name in several ways

thing-action = action
thing-adventure = adventure | adventures
thing-animation = animation | animated | cartoon | cartoons | anime
thing-biography = biography | biographies | biographical | biopic | memoir | memoirs
thing-business = business | economics
thing-children = children | children's | kids | kid | for children | for kids | juvenile
thing-classical = classical
thing-comedy = comedy | comedies | humor | humour | funny | comic
thing-cooking = cooking | cookbook | cookbooks | food
thing-crime = crime | crimes | gangster | mafia
thing-documentary = documentary | documentaries
thing-drama = drama | dramas
thing-electronic = electronic | electronica
thing-family = family
thing-fantasy = fantasy
thing-noir = film-noir | film noir | noir
thing-history = history | historical
thing-horror = horror | scary | horrors | terror
thing-jazz = jazz
thing-music = music | musicals | musical
thing-mystery = mystery | mysteries | detective | whodunit
thing-poetry = poetry | poems
thing-politics = politics | political
thing-puzzle = puzzle | puzzles
thing-racing = racing
thing-romance = romance | romantic | romances | love stories | love story
thing-rpg = rpg | rpgs | role-playing | role playing | roleplaying
thing-science = science | scientific
thing-sci-fi = sci-fi | science fiction | scifi | sf | science-fiction
thing-shooter = shooter | shooters | fps
thing-simulation = simulation | simulator | simulators | sim
thing-sport = sport | sports
thing-strategy = strategy | strategic
thing-thriller = thriller | thrillers | suspense
thing-travel = travel
thing-war = war | wars | military
thing-western = western | westerns | cowboy
