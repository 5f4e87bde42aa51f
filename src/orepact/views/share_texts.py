"""Sentences of `orepact share`, written to be read out by a delegate."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHARE_TEXTS"]

SHARE_TEXTS: Mapping[str, str] = {
    # Names of the rules
    "share_rule_oil-agreement": "oil agreement",
    "share_rule_proportional": "proportional",
    "share_rule_equal-awards": "constrained equal awards",
    "share_rule_equal-losses": "constrained equal losses",
    "share_rule_talmud": "Talmud",
    "share_rule_random-arrival": "random arrival",
    "share_rule_adjusted-proportional": "adjusted proportional",
    "share_rule_piniles": "Piniles",
    "share_rule_leximin": "leximin over links",
    "share_rule_need-first": "need first",
    "share_rule_defence-first": "defence first",
    # What each rule says, in one sentence
    "share_says_oil-agreement": (
        "All restrain use by the same share, and the rest of the gap comes out of reserves by "
        "commitments."
    ),
    "share_says_proportional": "Everybody gets the same share of its claim.",
    "share_says_equal-awards": "Everybody gets the same tonnes, nobody more than its claim.",
    "share_says_equal-losses": "Everybody lacks the same tonnes, nobody more than its claim.",
    "share_says_talmud": (
        "Below one half of all claims everybody gets the same up to half its claim; above, "
        "everybody lacks the same up to half."
    ),
    "share_says_random-arrival": (
        "The mean of first come, first served over every order of arrival."
    ),
    "share_says_adjusted-proportional": (
        "Each first gets what the others leave uncontested, the rest goes by claims."
    ),
    "share_says_piniles": "The same tonnes for the first half of the claims, then for the second.",
    "share_says_leximin": (
        "The worst-served member gets as large a share as ports and trade links allow, then the "
        "next."
    ),
    "share_says_need-first": "Essential need first, then defence, then all else.",
    "share_says_defence-first": "Defence first, then essential need, then all else.",
    # The brief
    "share_kicker": "orepact sharing",
    "share_cards_head": "What is assumed",
    "share_card": "Card",
    "share_card_value": "Value (range)",
    "share_card_reason": "Reason",
    "share_title": "Sharing in an emergency: {form}",
    "share_meta_scenario": "Simulated under {scenario}, means over the first {months} months",
    "share_meta_losses": "Supposed: {losses}",
    "share_meta_loss": "{exporter} ships {share} % less to {importer}",
    "share_outside": "everybody outside",
    "share_group": "the group",
    "share_meta_own": "Figures of your own file",
    "share_rivals_head": "The same tonnes under rival rules",
    "share_feasible_head": "Is it there in time?",
    "share_chart": "What each rule leaves each member: {form}",
    "share_axis": "Share of its use that a member gets (%); upright line: its own production",
    "share_not_law": (
        "No agreement obliges anybody to share minerals. The oil agreement is applied by analogy; "
        "commitments, essential use and days on the way are assumptions."
    ),
    "share_provenance": "Dataset {name} {version}, hash {hash}.",
    "share_provenance_own": "No dataset was used.",
    # Tables
    "share_table_members": "Oil agreement, {unit}/month, commitments in t",
    "share_table_rules": "What each member gets, {unit}",
    "share_table_rules_band": (
        "What each member gets, {unit}; in brackets by its use, over all cases"
    ),
    "share_table_fair_own": "How fair: shares are of a member's claim, Gini 0 is equal",
    "share_table_fair": (
        "How fair: shares are of a member's claim, Gini 0 is equal; the oil agreement by use with "
        "drawdown"
    ),
    # The emergency
    "share_head": "{title} ({unit}, {members})",
    "share_lost": (
        "The group lost {loss} of what it uses of this form: it has {available} of {use} {unit} "
        "a month."
    ),
    "share_band": (
        "Over {cases} cases the group's loss is {band}; the sentences that follow "
        "speak of one of them ({case})."
    ),
    "share_branch": (
        "With new licences {branch} it is {band} ({cases}): two branches, never their mean."
    ),
    "share_one_case": (
        "This is one case, not a band: the chain has one base window, and the loss was told as "
        "one number. A range (--loss CHN=0.3..0.5) or --scenario gives a band."
    ),
    "share_from_to": "{low} to {high}",
    "share_a_case": "one case",
    "share_many_cases": "{cases} cases",
    "share_articles": "In {count} of {cases} cases {what} is activated.",
    "share_articles_none": "In {count} of {cases} cases no Article is activated.",
    "share_article_": "no Article",
    "share_article_13": "Article 13 (loss of 7 % or more)",
    "share_article_14": "Article 14 (loss of 12 % or more)",
    "share_article_17": "Article 17 (one member lost more than 7 %)",
    "share_restraint": (
        "{article} of the oil agreement applies, by analogy: every member restrains its use "
        "by {restraint}."
    ),
    "share_none": (
        "No threshold of the oil agreement is passed (7 % of the group's use, or more than 7 % of "
        "one member's): nobody restrains use, draws on a reserve or owes anything."
    ),
    "share_selective": (
        "The group as a whole lost less than 7 %, but {names} lost more than 7 % of its own use. "
        "Article 17 applies, by analogy: it bears the first 7 % itself and the others make up for "
        "what is beyond, by their use."
    ),
    "share_shortfall": (
        "After restraint {shortfall} {unit} a month are missing. They come out of reserves, each "
        "member's part by its commitment."
    ),
    "share_surplus": (
        "After restraint the group has {shortfall} {unit} a month more than it may use; the "
        "agreement's formula puts them into reserves by commitments."
    ),
    "share_no_shortfall": "Restraint alone closes the gap: nobody draws on reserves.",
    "share_half": (
        "At this rate half of all commitments is drawn after {months} months; then the governing "
        "board decides anew (Article 15)."
    ),
    "share_member": (
        "{name} may use {permissible} {unit} a month and {drawdown}, so its supply right is "
        "{supply_right}. It has {available}: {verdict}."
    ),
    "share_draws": "draws {tonnes} from its reserve",
    "share_puts": "puts {tonnes} into its reserve",
    "share_member_selective": "{name} has {available} of {use} {unit} a month: {verdict}.",
    "share_right": "it has a right to {tonnes} {unit} a month from the others",
    "share_owes": "it owes the others {tonnes} {unit} a month",
    "share_even": "it neither has a right nor owes anything",
    "share_beyond": (
        "{name} owes more than it produces and imports: {tonnes} {unit} a month have to come out "
        "of its reserve and leave the country."
    ),
    "share_ships_out": (
        "{name} ships out more than it makes and still buys: exports to outsiders are left as they "
        "were, and the difference would come out of stocks."
    ),
    "share_spare": (
        "{name} holds {tonnes} {unit} above its commitment and may use them instead of restraint "
        "(Article 16)."
    ),
    "share_identity": (
        "Rights and obligations are equal to the gram: {rights} {unit} a month each."
    ),
    "share_identity_weak": "Rights and obligations are equal, {rights} {unit} a month each.",
    "share_sign_unknown": "by the formula {said}, but the account does not determine the sign",
    "share_undetermined": (
        "Closing the account moved {moved} of the tonnes of this form. A right or duty below that "
        "share of a member's use ({names}; marked ?) is within the account's own error."
    ),
    "share_gain": (
        "{name} has {available} {unit} a month now, {gain} more than the {use} taken as its "
        "supplies in the base: that counts as a gain and makes the group's loss smaller. Tell "
        "supplies (production and net imports in the base) for it."
    ),
    "share_commitments_days": (
        "Commitments are an assumption: {days} days of net imports for everybody. No agreement "
        "asks for them in minerals. The number of days changes how long drawdown lasts, not who "
        "owes what."
    ),
    "share_commitments_held": (
        "Commitments are taken to be what the file of holdings says is held. No agreement asks "
        "for them in minerals."
    ),
    "share_unproven": (
        "Whether the reserves exist is not known: pass --holdings to check them."
    ),
    # Rivals
    "share_refusers": (
        "{names} has more from its own production alone than under {rules}, and would refuse."
    ),
    "share_refuse_cargoes": (
        "A member that leaves would also keep cargoes that still reach it; they are not in its own "
        "production."
    ),
    "share_nobody_refuses": (
        "Nobody has more from its own production alone than under any of these rules. A member "
        "that leaves would also keep cargoes that still reach it: who passes something on is told "
        "apart."
    ),
    "share_refuse_reserve": (
        "The reserve counts on both sides: spread over {months} months it gives {name} {reserve} "
        "{unit} a month ({what}), so {alone} alone and {under} under the oil agreement{lasts}."
    ),
    "share_refuse_lasts": (
        ", whose {used} a month last only while its reserve does, {months} months"
    ),
    "share_as_known": "what it holds",
    "share_as_committed": "its commitment, taken as held",
    "share_given_up": "{name} passes something on that reaches it, under {rules}.",
    "share_every_rule": "every rule",
    "share_worst": (
        "Of supplies alone, the worst-served member gets {most} of its use under {best}, and "
        "{least} under {worst}."
    ),
    "share_left_article": "Left out: {rules}. No Article is activated.",
    "share_left_links": "Left out: {rules}. Who can be served from where is not known.",
    "share_left_classes": "Left out: {rules}. Nothing says which part of a claim is essential need "
    "or defence.",
    "share_left_arrivals": "Left out: {rules}. It visits every subset of up to 16 members.",
    "share_left_regions": "Left out: {rules}. Members told by region were added up.",
    "share_enough": (
        "There is enough for everybody's use, so the rival rules have nothing to divide."
    ),
    "share_negative": (
        "The group ships out more than it makes and buys, so the rival rules have nothing to "
        "divide."
    ),
    "share_classes": (
        "Which use is essential or defence is an assumption per use (cards need-…, "
        "defence-default, end users by chain): the bands of need first and defence first "
        "hold the ends of those cards."
    ),
    "share_classes_own": (
        "Which use is essential or defence is what your file says (need, defence)."
    ),
    # Triggers
    "share_trigger": "{name} ships {share} of the group's use. What it has to hold back: {what}.",
    "share_trigger_one": "more than {share} for Article 17, {member} first",
    "share_trigger_group": "{share} for Article {article}",
    "share_trigger_none": (
        "{name} ships {share} of the group's use: even a full stop activates nothing."
    ),
    "share_trigger_head": "What activates sharing, exporter by exporter",
    # Feasibility
    "share_transfer": (
        "{giver} passes {tonnes} {unit} a month on to {receiver}, port {port}: {total} days from "
        "the finding ({notice} until measures apply, {transit} on the way{release}). The stocks "
        "that users are supposed to hold there bridge all that {receiver} lacks for {cover} days: "
        "{verdict}."
    ),
    "share_release": ", {days} to release from reserve",
    "share_in_time": "in time",
    "share_late": "too late at the worst by {days} days",
    "share_unknown_days": "{giver} passes {tonnes} {unit} a month on to {receiver}: no card gives "
    "the days between their ports.",
    "share_stuck": (
        "{tonnes} {unit} a month of {name}'s right no trade link can carry at once: three times "
        "the usual flow, or 5 % of use where there was no trade, is the limit."
    ),
    "share_form": (
        "The form moved is {form}, at least {purity} {of}. Tonnes of another form do not count "
        "until they are made into it."
    ),
    "share_notice": (
        "What is drawn at home leaves the store {low} to {high} months after the decision; until "
        "then users' own stocks have to bridge it."
    ),
    "share_other_form": (
        "{owner} also holds {tonnes} t of {material}: {months} months until it is this form."
    ),
    "share_fungible": (
        "The oil agreement presumes barrels that stand in for each other. Grades of this form do "
        "so in part only: qualification at the receiving works is not counted in the days."
    ),
    "share_weak": (
        "Account grade {grade}: {what}. Read for order, not for size."
    ),
    "share_weak_C": (
        "much of it was moved to close it, or its rows were set from its own balance, and then its "
        "error is larger than what was moved"
    ),
    "share_weak_D": "trade by partner is assumed",
    "share_unused": "No member uses {names}: left out.",
    "share_nobody": "nobody",
    "share_in_cases": "{name} ({count} of {cases})",
    "share_oil_line": (
        "The tonnes in the line of the oil agreement are the supply right. With its drawdown on "
        "top every member uses {share} of its use, and how fair it is is measured on that; the "
        "rival rules divide supplies alone and leave reserves untouched."
    ),
    "share_undefined": (
        "Nobody is committed to a reserve of {names}, and the agreement shares a shortfall by "
        "commitments: left out."
    ),
    "share_all_left": "There are {available} of {claimed} {unit} claimed.",
}
