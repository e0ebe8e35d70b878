"""The mutations that prove the shapes: by rule, what breaks exactly this rule of the conforming graph."""

from __future__ import annotations

from family_mutations import ADDRESSES, NUMBERS
from mutating import add, put

APPROVED = "claim:examplimus-approved-us"
CONTESTED = "claim:demotrexate-negatively-regulates-immune-response"
REJECTED = "claim:samplimus-same-substance-as-examplimus"
GUIDED = "claim:example-guideline-for-examplimus"
RESULT = "claim:example-trial-exemplimab-easi-75"
AGAINST = "claim:example-trial-exemplimab-against-samplimus-easi-75"
EVIDENCE = "evidence:demotrexate-negatively-regulates-immune-response-example-study"
AD, OTHER = "disease:atopic-dermatitis", "disease:example-disease"
ONE_DAY, OTHER_DAY, A_YEAR = '"2019-01-01"^^xsd:date', '"2019-01-02"^^xsd:date', '"2019"^^xsd:gYear'
TWO_TEXTS, PLAIN = ('"one"@en', '"another"@en'), '"no language"'

_BY_SHAPE: dict[str, dict[str, str]] = {
    "NameLabel": {
        "MinCount": put("hazard:example-hazard", "skos:prefLabel"),
        "UniqueLang": put("brand:examplex", "skos:prefLabel", *TWO_TEXTS),
        "Datatype": put("target:dhfr", "skos:prefLabel", PLAIN),
    },
    "NameSynonym": {"Datatype": put("target:dhfr", "skos:altLabel", PLAIN)},
    "NameDefinition": {
        "UniqueLang": put("drug:samplimus", "skos:definition", *TWO_TEXTS),
        "Datatype": put("mechanism:dhfr", "skos:definition", PLAIN),
    },
    "DrugDefinition": {"MinCount": put("drug:samplimus", "skos:definition")},
    "ClaimSubject": {
        "MinCount": put(APPROVED, "atopic:subject"),
        "MaxCount": put(APPROVED, "atopic:subject", "drug:examplimus", "drug:samplimus"),
        "NodeKind": put(APPROVED, "atopic:subject", '"examplimus"'),
    },
    "ClaimPredicate": {
        "MinCount": put(APPROVED, "atopic:predicate"),
        "MaxCount": put(APPROVED, "atopic:predicate", "atopic:approvedFor", "atopic:treats"),
        "Class": put(APPROVED, "atopic:predicate", "atopic:asOf"),
    },
    "ClaimObject": {"NodeKind": put(APPROVED, "atopic:object", '"atopic dermatitis"')},
    "ClaimValue": {"NodeKind": put("claim:examplimus-abbreviated-as-exm", "atopic:value", "drug:examplimus")},
    "ClaimVerdict": {
        "MinCount": put(REJECTED, "atopic:verdict"),
        "MaxCount": put(REJECTED, "atopic:verdict", "verdict:accepted", "verdict:rejected"),
        "In": put(REJECTED, "atopic:verdict", "stance:disputes"),
    },
    "ClaimEvidence": {
        "MinCount": f"DELETE WHERE {{ {CONTESTED} atopic:evidence ?evidence . ?evidence ?property ?value }}",
        "Class": add(f"{APPROVED} atopic:evidence source:example-label"),
    },
    "ClaimReasonText": {
        "UniqueLang": put(CONTESTED, "atopic:reason", *TWO_TEXTS),
        "Datatype": put(CONTESTED, "atopic:reason", PLAIN),
    },
    "ClaimConflict": {"Class": put(CONTESTED, "atopic:conflictsWith", "drug:demotrexate")},
    "ClaimOverruled": {"Class": put(REJECTED, "atopic:overruledBy", "source:example-study")},
    "ClaimMechanism": {"Class": put(CONTESTED, "atopic:inMechanism", "process:immune-response")},
    "ClaimGuideline": {
        "MaxCount": put(GUIDED, "atopic:guideline", "source:example-guideline", "source:example-label"),
        "Class": put(GUIDED, "atopic:guideline", "organization:example-society"),
    },
    "ClaimDisease": {
        "MaxCount": put("claim:demotrexate-raises-risk", "atopic:inDisease", AD, OTHER),
        "Class": put("claim:demotrexate-raises-risk", "atopic:inDisease", "hazard:example-hazard"),
    },
    "ClaimJurisdiction": {"MaxCount": put(APPROVED, "atopic:jurisdiction", "jurisdiction:us", "jurisdiction:eu")},
    "ClaimAsOf": {
        "MaxCount": put(APPROVED, "atopic:asOf", ONE_DAY, OTHER_DAY),
        "Datatype": put(APPROVED, "atopic:asOf", A_YEAR),
    },
    "ClaimApprovedOn": {
        "MaxCount": put(APPROVED, "atopic:approvedOn", ONE_DAY, OTHER_DAY),
        "Datatype": put(APPROVED, "atopic:approvedOn", A_YEAR),
    },
    "ClaimExtent": {
        "UniqueLang": put("claim:demotrexate-titrated", "atopic:extent", *TWO_TEXTS),
        "Datatype": put("claim:demotrexate-titrated", "atopic:extent", PLAIN),
    },
    "ClaimComplex": {"Class": put("claim:examplimus-inhibits-calcineurin", "atopic:inComplexWith", AD)},
    "ClaimFormulation": {"Class": put(APPROVED, "atopic:withFormulation", "brand:examplex")},
    "ClaimBrand": {"Class": put(APPROVED, "atopic:withBrand", "formulation:examplimus-ointment")},
    "ClaimBackground": {
        "MaxCount": put(RESULT, "atopic:background", "background:monotherapy", "background:with-topical-corticosteroid")
    },
    "ClaimTrial": {
        "MaxCount": add(f'{RESULT} atopic:inTrial trial:two . trial:two a atopic:Trial ; skos:prefLabel "two"@en'),
        "Class": put(RESULT, "atopic:inTrial", "source:example-trial-report"),
    },
    "ClaimAgainstDrug": {
        "Class": put(AGAINST, "atopic:againstDrug", "formulation:exemplimab-pen"),
        "Disjoint": put(AGAINST, "atopic:againstDrug", "drug:exemplimab"),
    },
    "ClaimControl": {"MaxCount": add(f"{AGAINST} atopic:control control:vehicle")},
    "ClaimControlNumbers": {"Or": put(RESULT, "atopic:control")},
    "ClaimStatement": {
        "MinCount": put(APPROVED, "atopic:object"),
        "MaxCount": add(f'{APPROVED} atopic:value "atopic dermatitis"'),
    },
    "ClaimReason": {"Or": put(CONTESTED, "atopic:reason")},
    "ClaimRejected": {"Or": put(REJECTED, "atopic:overruledBy")},
    "ClaimSupport": {"Or": put(f"evidence:{APPROVED[6:]}-example-label", "atopic:stance", "stance:disputes")},
    "ClaimDispute": {"Or": put(f"evidence:{REJECTED[6:]}-example-study", "atopic:stance", "stance:supports")},
    "EvidenceSource": {
        "MinCount": put(EVIDENCE, "atopic:source"),
        "MaxCount": put(EVIDENCE, "atopic:source", "source:example-study", "source:example-label"),
        "Class": put(EVIDENCE, "atopic:source", "organization:example-press"),
    },
    "EvidenceLocator": {
        "MinCount": put(EVIDENCE, "atopic:locator"),
        "MaxCount": put(EVIDENCE, "atopic:locator", '"Table 1"', '"Table 2"'),
        "MinLength": put(EVIDENCE, "atopic:locator", '"p1"'),
    },
    "EvidenceStance": {
        "MinCount": put(EVIDENCE, "atopic:stance"),
        "MaxCount": put(EVIDENCE, "atopic:stance", "stance:supports", "stance:disputes"),
        "In": put(EVIDENCE, "atopic:stance", "verdict:rejected"),
    },
    "EvidenceDirectness": {
        "MinCount": put(EVIDENCE, "atopic:directness"),
        "MaxCount": put(EVIDENCE, "atopic:directness", "directness:direct", "directness:indirect"),
    },
    "EvidenceStrength": {
        "MinCount": put(EVIDENCE, "atopic:strength"),
        "MaxCount": put(EVIDENCE, "atopic:strength", "strength:strong", "strength:weak"),
    },
    "EvidenceFinding": {
        "MinCount": put(EVIDENCE, "atopic:finding"),
        "UniqueLang": put(EVIDENCE, "atopic:finding", *TWO_TEXTS),
        "Datatype": put(EVIDENCE, "atopic:finding", PLAIN),
    },
    "EvidenceChecked": {
        "MinCount": put(EVIDENCE, "atopic:checkedOn"),
        "MaxCount": put(EVIDENCE, "atopic:checkedOn", ONE_DAY, OTHER_DAY),
        "Datatype": put(EVIDENCE, "atopic:checkedOn", A_YEAR),
    },
    "EvidenceOwner": {
        "MinCount": f"DELETE WHERE {{ ?claim atopic:evidence {EVIDENCE} }}",
        "MaxCount": add(f"{APPROVED} atopic:evidence {EVIDENCE}"),
    },
    "EvidenceIssuerStrength": {
        "MaxCount": put(EVIDENCE, "atopic:issuerStrength", *TWO_TEXTS),
        "Datatype": put(EVIDENCE, "atopic:issuerStrength", PLAIN),
    },
    "EvidenceIssuerCertainty": {
        "MaxCount": put(EVIDENCE, "atopic:issuerCertainty", *TWO_TEXTS),
        "Datatype": put(EVIDENCE, "atopic:issuerCertainty", PLAIN),
    },
    "SourceTitle": {
        "MinCount": put("source:example-study", "dcterms:title"),
        "Datatype": put("source:example-study", "dcterms:title", PLAIN),
    },
    "SourceKind": {
        "MinCount": put("source:example-study", "atopic:sourceKind"),
        "MaxCount": put("source:example-study", "atopic:sourceKind", "sourcekind:study", "sourcekind:trial"),
    },
    "SourceConsulted": {
        "MinCount": put("source:example-study", "atopic:consultedOn"),
        "MaxCount": put("source:example-study", "atopic:consultedOn", ONE_DAY, OTHER_DAY),
        "Datatype": put("source:example-study", "atopic:consultedOn", A_YEAR),
    },
    "SourcePublisher": {"Class": put("source:example-study", "atopic:publisher", AD)},
    "SourcePage": {
        "NodeKind": put("source:example-label", "atopic:page", '"https://example.org/label"'),
        "Pattern": put("source:example-label", "atopic:page", "<ftp://example.org/label>"),
    },
    "SourceDoi": {"Pattern": put("source:example-guideline", "atopic:doi", '"https://doi.org/10.5555/example"')},
    "SourcePmid": {"Pattern": put("source:example-study", "atopic:pmid", '"PMID 123"')},
    "SourceIssued": {
        "MaxCount": put("source:example-study", "dcterms:issued", ONE_DAY, OTHER_DAY),
        "Or": put("source:example-study", "dcterms:issued", '"March 2024"'),
    },
    "SourceAccess": {"MinCount": put("source:example-study", "atopic:pmid")},
    "SourceReplaces": {"Class": put("source:example-label", "dcterms:replaces", "organization:example-press")},
    "TrialRegistryNumber": {"Pattern": put("trial:example-trial", "atopic:registryNumber", '"NCT 00000001"')},
    "FormulationDoseForm": {
        "MinCount": put("formulation:samplimus-capsule", "atopic:hasDoseForm"),
        "MaxCount": add("formulation:samplimus-capsule atopic:hasDoseForm doseform:tablet"),
    },
    "FormulationRoute": {"MinCount": put("formulation:samplimus-capsule", "atopic:hasRoute")},
    "PredicateKind": {
        "MinCount": put("atopic:treats", "atopic:kind"),
        "MaxCount": add("atopic:treats atopic:kind kind:market"),
    },
    "PredicateEdge": {
        "MinCount": put("atopic:treats", "atopic:makesEdge"),
        "MaxCount": put("atopic:treats", "atopic:makesEdge", "true", "false"),
        "Datatype": put("atopic:treats", "atopic:makesEdge", '"true"'),
    },
    "QualifierKind": {"MinCount": put("atopic:extent", "atopic:fitsKind")},
    "ConceptLabel": {
        "MinCount": put("line:first", "skos:prefLabel"),
        "UniqueLang": put("line:first", "skos:prefLabel", *TWO_TEXTS),
        "Datatype": put("line:first", "skos:prefLabel", PLAIN),
    },
    "ConceptDefinition": {"MinCount": put("line:first", "skos:definition")},
    "ConceptList": {
        "MinCount": put("line:first", "skos:inScheme"),
        "MaxCount": add("line:first skos:inScheme atopic:kind-list"),
        "Class": put("line:first", "skos:inScheme", "atopic:Claim"),
    },
}

SHAPES: dict[str, str] = {
    f"atopic:{shape}Shape {component}": update
    for table in (ADDRESSES, _BY_SHAPE, NUMBERS)
    for shape, by_component in table.items()
    for component, update in by_component.items()
}
"""By rule, as findings name it (shape and constraint component): an update that makes exactly it fire."""
