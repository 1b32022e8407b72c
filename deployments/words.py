"""The trail's sentences of deployments, as a school's timeline shows them."""

from rise.audit.words import Sentence

NEED = {"kind": "Support", "url": "deployments:need"}
OFFER = {"kind": "Support", "url": "deployments:offer"}
DEPLOYMENT = {"kind": "Deployment", "url": "deployments:detail"}

SENTENCES = {
    "need.open": Sentence("A gap of the plan became a need: {goal}", **NEED),
    "need.describe": Sentence("{actor} said what is needed: {expertise}", **NEED),
    "need.choose": Sentence("{actor} chose {leader}, place {place}. {reason}", **NEED),
    "need.take_back": Sentence("{actor} took back the choice of {leader}", **NEED),
    "need.approve": Sentence("{actor} approved the match with {leader} of {provider}", **{**NEED, "kind": "Decision"}),
    "need.return": Sentence("{actor} returned the choice of {leader} to the adviser", **NEED),
    "need.offer": Sentence("{actor} made an offer to {leader}: {days}", **NEED),
    "need.meet": Sentence("The need was met", **NEED),
    "need.reopen": Sentence("Help is looked for again: {because}", **NEED),
    "need.mark_cold": Sentence("{actor} found nobody who could help: a cold spot", **NEED),
    "need.look_again": Sentence("{actor} looks for help again", **NEED),
    "need.withdraw": Sentence("{actor} withdrew the need", **NEED),
    "offer.accept": Sentence("{actor} accepted the offer for {leader}", **OFFER, own="{actor} accepted the offer to support the school"),
    "offer.agree": Sentence("{actor} agreed to the support of {leader} for the school", **OFFER),
    "offer.decline": Sentence("{side} declined the offer to {leader} ({actor})", **OFFER, own="{actor} declined the offer to support the school"),
    "offer.suggest": Sentence("{actor} suggested a change to the offer", **OFFER),
    "offer.revise": Sentence("{actor} changed the offer to {leader}", **OFFER),
    "offer.withdraw": Sentence("{actor} withdrew the offer to {leader}", **OFFER),
    "offer.lapse": Sentence("The offer to {leader} lapsed: nobody answered in time", **OFFER),
    "offer.fall": Sentence("The agreed offer fell with its deployment", **OFFER),
    "deployment.propose": Sentence("An agreement with {leader} waits for three signatures: {days}", **DEPLOYMENT),
    "deployment.goals": Sentence("{actor} set the goals of the agreement, version {number}", **DEPLOYMENT),
    "deployment.sign": Sentence("{actor} signed version {number} for {party}", **DEPLOYMENT),
    "deployment.agree": Sentence("All three signed version {number} of the agreement", **DEPLOYMENT),
    "deployment.start": Sentence("{actor} recorded the start: {label}", **DEPLOYMENT),
    "deployment.visit": Sentence("{actor} logged a visit of {date}: {days}", **DEPLOYMENT),
    "deployment.read": Sentence("{actor} recorded where the goals are now: {goals}", **DEPLOYMENT),
    "deployment.extend": Sentence("The support was extended, as all agreed: {what}", **DEPLOYMENT),
    "deployment.change_rhythm": Sentence("The rhythm changed, as all agreed: {what}", **DEPLOYMENT),
    "deployment.pause": Sentence("{actor} paused the support: {label}", **DEPLOYMENT),
    "deployment.resume": Sentence("{actor} resumed the support: {label}", **DEPLOYMENT),
    "deployment.complete": Sentence("{actor} finished the support: {label}", **DEPLOYMENT),
    "deployment.end_early": Sentence("{actor} ended the support early: {label}", **DEPLOYMENT),
    "deployment.withdraw": Sentence("{actor} withdrew the support before it began: {label}", **DEPLOYMENT),
    "deployment_change.ask": Sentence("{actor} asked for a change: {what}", **DEPLOYMENT),
    "deployment_change.yes": Sentence("{actor} agreed to a change for {party}: {what}", **DEPLOYMENT),
    "deployment_change.agree": Sentence("The change is agreed by all: {what}", **DEPLOYMENT),
    "deployment_change.refuse": Sentence("{actor} did not agree to the change", **DEPLOYMENT),
    "deployment_change.withdraw": Sentence("The change that was asked for is withdrawn", **DEPLOYMENT),
    "leader.availability": Sentence(
        "{actor} said when {label} can help: {days} a term", kind="Deployment", own="{actor} said when they can help: {days} a term"
    ),
    "leader.consent": Sentence("{actor} agreed for the employer that {label} may help", kind="Deployment"),
}
