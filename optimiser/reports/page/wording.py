"""What the page itself says: its labels and sentences, by the keys that its scripts use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from optimiser.analysis.repair_records import CLAIMS
from optimiser.language import marked, tr

__all__ = ["MESSAGES", "messages"]

MESSAGES: Final[Mapping[str, str]] = {
    "skip": marked("To the table of plans"),
    "language": marked("Language"),
    "theme": marked("Appearance"),
    "theme_auto": marked("as the system"),
    "theme_light": marked("light"),
    "theme_dark": marked("dark"),
    "print": marked("Print"),
    "summary": marked("Summary"),
    "plans": marked("Plans"),
    "front": marked("Front"),
    "front_alt": marked(
        "Plans by {x} and {y}. The table of plans below holds the same values and can be walked "
        "through with the arrow keys."
    ),
    "axis_x": marked("across"),
    "axis_y": marked("upwards"),
    "axes": marked("All objectives"),
    "axes_alt": marked(
        "One line a plan over all objectives, the better the higher. The fields for limits above "
        "do the same as brushing an axis."
    ),
    "brush": marked("Draw a rectangle to keep what lies in it"),
    "ranking": marked("Ranking"),
    "method": marked("method"),
    "weights": marked("Weights"),
    "weight_of": marked("weight of {name}"),
    "targets": marked("What to aim at"),
    "target_of": marked("target for {name}"),
    "limits": marked("Limits"),
    "at_least": marked("{name}, at least"),
    "at_most": marked("{name}, at most"),
    "technologies": marked("Technologies"),
    "any": marked("any"),
    "with": marked("with"),
    "without": marked("without"),
    "reset": marked("Back to the result"),
    "clear": marked("Drop all limits"),
    "problem_weights": marked("All weights are 0: give one objective a weight above 0."),
    "problem_targets": marked("No objective that has a weight has a target: aim at something."),
    "problem_overflow": marked("Values this large cannot be ranked by this method."),
    "kept": marked("{count} of {all} plans are shown"),
    "first": marked("first: {plan}"),
    "none_kept": marked("No plan holds all of this."),
    "same_as": marked("The same at a terminal:"),
    "rank": marked("rank"),
    "plan": marked("plan"),
    "score": marked("score"),
    "decisions": marked("decisions"),
    "nothing": marked("nothing adopted"),
    "how": marked("{name} ({words})"),
    "from": marked("from {phase}"),
    "how_from": marked("{words} from {phase}"),
    "keys": marked(
        "Arrow keys walk through the plans, Enter shows one below, the space bar puts it beside "
        "that."
    ),
    "previous": marked("previous plans"),
    "next": marked("next plans"),
    "page_of": marked("{first} to {last} of {count}"),
    "one_plan": marked("One plan"),
    "details": marked("Plan {plan}"),
    "choose": marked("Choose a plan in the table or in a chart."),
    "values": marked("Values"),
    "indicator": marked("indicator"),
    "value": marked("value"),
    "unit": marked("unit"),
    "contributions": marked("What makes its values"),
    "baseline": marked("nothing adopted"),
    "ordered": marked("in the order of the file: another order would share {names} out otherwise"),
    "no_contributions": marked("The contributions of the {count} best ranked plans are here."),
    "undefined": marked("not defined on the way there"),
    "beside": marked("Two plans side by side"),
    "beside_choose": marked("Put a second plan beside this one: space bar, or this list."),
    "second": marked("second plan"),
    "change": marked("change"),
    "differs": marked("decided otherwise"),
    "roadmap": marked("Roadmap"),
    "roadmap_alt": marked("When each technology of the plan starts; the table below says the same"),
    "starts": marked("starts"),
    "spent": marked("{name} spent"),
    "no_spending": marked("What the {count} best ranked plans spend is here."),
    "value_of": marked("{value} of {most}"),
    "decision": marked("What the plans shown adopt"),
    "core": marked("in every plan"),
    "equals": marked("With {count} more plans that have the objectives of one of these."),
    "equals_left_out": marked(
        "The listed plans alone: {count} more have the objectives of one of them, too many for a "
        "page; optimise decide counts them."
    ),
    "out": marked("in none"),
    "share_of": marked("{count} of {plans}"),
    "acceptability": marked("First for which share of the weights"),
    "acceptability_note": marked(
        "Of all weights, each equally likely, the share under which a plan is the best of those "
        "listed by the weighted sum."
    ),
    "share": marked("share"),
    "knee": marked("knee"),
    "references": marked("Reference plans"),
    "stands": marked("stands"),
    "claim": marked("What the claim means"),
    "provenance": marked("How it was obtained"),
    "scenario": marked("The scenario"),
    "as_written": marked("as it is written in {file}"),
    "as_solved": marked("as it was solved, with everything it was merged from"),
    "robustness": marked("Under uncertain parameters"),
    "mean": marked("mean"),
    "low": marked("5 %"),
    "high": marked("95 %"),
    "worst": marked("worst"),
    "holds": marked("holds"),
    "efficient": marked("efficient"),
    "samples": marked("{count} samples of the uncertain parameters"),
    "pictures": marked("Pictures"),
    "repair": marked("What would make it fit"),
    "conflict": marked("What cannot hold together"),
    "rule": marked("rule"),
    "says": marked("says"),
    "where": marked("where"),
    "repair_number": marked("Repair {number}, price {cost}"),
    "changes": marked("What is changed"),
    "limit": marked("limit"),
    "was": marked("from"),
    "is": marked("to"),
    "left_out": marked("left out"),
    "asked_for": marked("asked for"),
    "repair_proven": CLAIMS["proven", False],
    "repair_proven_minimal": CLAIMS["proven", True],
    "repair_numerical": CLAIMS["numerical", False],
    "repair_numerical_minimal": CLAIMS["numerical", True],
}
"""By key, English as the catalogue lists it; what stands in braces the scripts put in."""


def messages() -> dict[str, str]:
    """The same in the language that is spoken."""
    return {key: tr(message) for key, message in MESSAGES.items()}
