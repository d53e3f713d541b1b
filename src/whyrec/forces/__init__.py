"""Forces: what an operator, a request or a person adds to a model's scores, each a named term.

    score(item) = the model's score + sum over forces of the item's weight

A force is data (:class:`whyrec.forces.force.Force`), so an answer that used it can be computed
again. :func:`whyrec.forces.weights.terms_of` turns forces into weights of items, and
:class:`whyrec.core.Listing` adds them, ranks and measures the list without each.
"""
