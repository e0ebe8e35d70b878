"""The mutations that prove the checks: by rule, what breaks exactly this rule of the conforming graph."""

from __future__ import annotations

from mutating import add, put

APPROVED = "claim:examplimus-approved-us"
OFF_LABEL = "claim:demotrexate-off-label-us"
CONTESTED = "claim:demotrexate-negatively-regulates-immune-response"
REJECTED = "claim:samplimus-same-substance-as-examplimus"
OTHER_USE = "claim:demotrexate-treats-example-disease"
NO_BOX = "claim:exemplimab-no-boxed-warning-us"
RESULT = "claim:example-trial-exemplimab-easi-75"

CHECKS: dict[str, tuple[str, ...]] = {
    "absence-and-presence": (
        put("claim:examplimus-boxed-warning-us", "atopic:subject", "drug:exemplimab"),
        put(NO_BOX, "atopic:object", "atopic:hasWarning")
        + " ; "
        + put("claim:samplimus-warning-us", "atopic:subject", "drug:exemplimab"),
    ),
    "absence-of-wrong-kind": (put(NO_BOX, "atopic:object", "atopic:treats"),),
    "accepted-but-overruled": (put(APPROVED, "atopic:overruledBy", OFF_LABEL),),
    "accepted-claims-in-conflict": (
        add(f"{APPROVED} atopic:conflictsWith {OFF_LABEL} . {OFF_LABEL} atopic:conflictsWith {APPROVED}"),
    ),
    "approval-after-as-of": (put(APPROVED, "atopic:approvedOn", '"2026-11-02"^^xsd:date'),),
    "approved-and-off-label": (put(OFF_LABEL, "atopic:subject", "drug:examplimus"),),
    "approved-though-not-named": (
        put(APPROVED, "atopic:extent", '"eczema; atopic dermatitis is not named"@en'),
        put(APPROVED, "atopic:extent", '"eczema; the label does not name atopic dermatitis"@en'),
    ),
    "claim-stated-twice": (
        add("""claim:twin a atopic:Claim ; atopic:subject drug:samplimus ; atopic:predicate atopic:treats ;
            atopic:object disease:atopic-dermatitis ; atopic:verdict verdict:accepted"""),
        add("""claim:twin a atopic:Claim ; atopic:subject drug:examplimus ; atopic:predicate atopic:abbreviatedAs ;
            atopic:value "EXM" ; atopic:verdict verdict:accepted"""),
    ),
    "class-against-atc": (
        add("""drug:specimenolate skos:exactMatch atc:L04AD99 .
            atc:L04AD99 atopic:terminology "atc" ; atopic:curie "atc:L04AD99" """),
    ),
    "class-with-two-mechanisms": (
        put("claim:samplimus-inhibits-calcineurin", "atopic:inMechanism", "mechanism:dhfr"),
        add("""claim:two a atopic:Claim ; atopic:subject drug:samplimus ; atopic:predicate atopic:neutralizes ;
            atopic:object mediator:interleukin-13 ; atopic:verdict verdict:accepted"""),
    ),
    "conflict-one-sided": (add(f"{APPROVED} atopic:conflictsWith {CONTESTED}"),),
    "disputed-without-reason": (put("claim:examplimus-boxed-warning-us", "atopic:reason"),),
    "edge-without-claim": (add("drug:demotrexate atopic:binds target:example-enzyme"),),
    "evidence-after-consultation": (put("source:example-study", "atopic:consultedOn", '"2026-11-21"^^xsd:date'),),
    "evidence-before-source": (
        put("source:example-study", "dcterms:issued", '"2026-11-23"^^xsd:date'),
        put("source:example-study", "dcterms:issued", '"2026-12"^^xsd:gYearMonth'),
        put("source:example-study", "dcterms:issued", '"2027"^^xsd:gYear'),
    ),
    "guideline-of-wrong-kind": (put("source:example-guideline", "atopic:sourceKind", "sourcekind:review"),),
    "name-shared": (put("drug:samplimus", "skos:prefLabel", '"examplimus"@en'),),
    "object-of-wrong-kind": (put(CONTESTED, "atopic:object", "hazard:example-hazard"),),
    "object-outside-range": (
        put("claim:demotrexate-contraindicated-us", "atopic:object", "hazard:example-hazard"),
        # makes an edge, from which the reasoner takes the acid for a drug
        put("claim:examplex-contains-examplimus-hydrate", "atopic:object", "metabolite:specimenolic-acid"),
    ),
    "overruled-by-weaker": (put(REJECTED, "atopic:overruledBy", CONTESTED),),
    "potency-without-rank": (
        put("potency:us-class-1", "atopic:potencyRank"),
        add("potency:us-class-1 atopic:potencyRank 2"),
    ),
    "qualifier-misplaced": (add(f"{OTHER_USE} atopic:timesPerDay 2"),),
    "qualifier-missing": (put(APPROVED, "atopic:asOf"),),
    "recommendation-without-guideline": (
        put(
            "evidence:example-guideline-for-examplimus-example-guideline",
            "atopic:source",
            "source:example-study",
        ),
    ),
    "regimen-without-date": (add("claim:exemplimab-dosed-every-two-weeks atopic:jurisdiction jurisdiction:us"),),
    "registry-number-shared": (
        add(f"""trial:twin a atopic:Trial ; skos:prefLabel "EXAMPLE 2"@en ; atopic:registryNumber "NCT00000001" .
            {RESULT[:-3]}-90 a atopic:Claim ; atopic:inTrial trial:twin"""),
    ),
    "rejected-class-inferred": (
        put("claim:demotrexate-classified-as-calcineurin-inhibitor", "atopic:object", "atopic:DhfrInhibitor"),
    ),
    "responders-against-percentage": (
        put(RESULT, "atopic:responderPercent", "51.2"),
        put(RESULT, "atopic:controlResponders", "17"),
    ),
    "result-stated-differently": (
        put("claim:example-trial-exemplimab-against-samplimus-easi-75", "atopic:timePointDays", "112")
        + " ; "
        + put("claim:example-trial-exemplimab-against-samplimus-easi-75", "atopic:responderPercent", "50.4")
        + " ; "
        + add("""claim:example-trial-exemplimab-against-samplimus-easi-75 atopic:background background:monotherapy ;
            atopic:doseMg 300.0 ; atopic:doseIntervalDays 14 ; atopic:withFormulation formulation:exemplimab-pen"""),
    ),
    "source-replaces-later": (
        put("source:example-label-2024", "dcterms:issued", '"2026-02"^^xsd:gYearMonth'),
        put("source:example-label", "dcterms:replaces", "source:example-label"),
    ),
    "source-unused": (add("source:unused a atopic:Source"),),
    "stated-class-not-inferred": (
        put("claim:examplimus-classified-as-calcineurin-inhibitor", "atopic:object", "atopic:Antifolate"),
    ),
    "statement-of-wrong-form": (
        put("claim:demotrexate-titrated", "atopic:object")
        + " ; "
        + add('claim:demotrexate-titrated atopic:value "slowly"'),
        put("claim:examplimus-abbreviated-as-exm", "atopic:value")
        + " ; "
        + add("claim:examplimus-abbreviated-as-exm atopic:object drug:examplimus"),
    ),
    "step-of-wrong-kind": (add("claim:samplimus-treats-atopic-dermatitis atopic:inMechanism mechanism:calcineurin"),),
    "step-on-weak-evidence": (
        put("evidence:samplimus-inhibits-calcineurin-example-study", "atopic:strength", "strength:weak"),
        put("evidence:samplimus-inhibits-calcineurin-example-study", "atopic:stance", "stance:disputes")
        + " ; "
        + add('claim:samplimus-inhibits-calcineurin atopic:reason "An example."@en'),
        put("claim:samplimus-inhibits-calcineurin", "atopic:evidence"),
    ),
    "subject-of-wrong-kind": (
        put("claim:examplimus-caution-in-condition", "atopic:subject", "organization:example-press"),
        put(CONTESTED, "atopic:subject", "formulation:samplimus-capsule"),
    ),
    "subject-outside-domain": (
        put("claim:examplex-marketed-us", "atopic:subject", "drug:examplimus"),
        # makes an edge, from which the reasoner takes the acid for a drug
        put("claim:examplimus-hydrate-form-of-examplimus", "atopic:subject", "metabolite:specimenolic-acid"),
    ),
    "term-undeclared": (
        put(APPROVED, "atopic:withBrand", "brand:exampelx"),
        add('drug:samplimus atopic:colour "blue"'),
        add('drug:samplimus skos:prefLable "samplimus"@en'),
        add("drug:samplimus a skos:Konzept"),
    ),
    "term-unused": (
        put("claim:demotrexate-titrated", "atopic:predicate", "atopic:dosedFor"),
        put("claim:samplimus-monitoring", "atopic:intervalDays"),
    ),
    "term-without-description": (
        put("atopic:treats", "rdfs:label"),
        put("atopic:Brand", "skos:definition"),
        put("atopic:sign", "rdfs:isDefinedBy"),
    ),
    "thing-unused": (add('hazard:unused a atopic:Hazard ; skos:prefLabel "unused"@en'),),
    "treatment-without-mechanism": (
        put("claim:specimenolic-acid-inhibits-impdh", "atopic:verdict", "verdict:contested"),
    ),
    "value-outside-list": (
        put(APPROVED, "atopic:line", "severity:mild"),
        put("claim:examplex-marketed-us", "atopic:object", "advice:avoid"),
        put("evidence:examplimus-approved-us-example-label", "atopic:strength", "directness:direct"),
        put("source:example-study", "atopic:sourceKind", "route:oral"),
        put("formulation:samplimus-capsule", "atopic:hasDoseForm", "route:oral"),
        put("atopic:treats", "atopic:sign", "stance:supports"),
    ),
}
"""By check: updates each of which makes exactly it fire."""
