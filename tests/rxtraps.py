"""A small constructed release as tables: every trap of RxNorm once.

Invented things have codes from 9,000,000 on, and invented names; the others are what the graph's mappings name.
"""

from __future__ import annotations

CONCEPTS = """
RXCUI    TTY    FLAG  NAME
9000001  IN     N p   fictamide
9000002  IN     N p   otherine
9000003  PIN    N p   fictamide sodium
9000004  MIN    N p   fictamide / otherine

9000011  SCDC   N p   fictamide 10 MG
9000012  SCDC   N p   fictamide sodium 20 MG
9000013  SCDC   N p   fictamide 30 MG/ML
9000014  SCDC   N p   otherine 5 MG
9000015  SBDC   N p   fictamide 10 MG [Fictabrand]
9000016  SCDF   N p   fictamide Topical Cream
9000017  SBDF   N p   fictamide Topical Cream [Fictabrand]
9000018  SCDG   N p   fictamide Topical Product

9000021  SCD    N p   fictamide 10 MG Oral Tablet
9000022  SCD    N p   fictamide 1 % Topical Cream
9000023  SCD    N p   fictamide sodium 20 MG Oral Tablet
9000024  SCD    E -   fictamide 30 MG/ML Injection
9000025  SCD    N p   2 ML fictamide 30 MG/ML Injection
9000026  SCD    N -   fictamide 50 MG Oral Capsule
9000027  SCD    N p   fictamide 0.5 % Ophthalmic Solution
9000028  SCD    O -   fictamide 5 MG Oral Tablet
9000029  SCD    N -   fictamide 3" Topical Patch
9000030  SCD    N p   fictamide 10 MG / otherine 5 MG Oral Tablet
9000031  SCD    N p   otherine 5 MG Oral Tablet

9000041  BN     N p   Fictabrand
9000042  BN     N p   Duobrand
9000043  SBD    N p   fictamide 10 MG Oral Tablet [Fictabrand]
9000044  SBD    N p   fictamide 1 % Topical Cream [Fictabrand]
9000045  SBD    N p   fictamide 10 MG / otherine 5 MG Oral Tablet [Duobrand]
9000046  SBD    N p   otherine 5 MG Oral Tablet [Duobrand]
9000047  GPCK   N p   {7 (fictamide 10 MG Oral Tablet) / 1 (fictamide 1 % Topical Cream) } Pack
9000048  BPCK   N p   {7 (fictamide 10 MG Oral Tablet [Fictabrand]) } Pack [Fictabrand Starter]

9000051  SCDFP  N p   fictamide sodium Oral Tablet
9000052  SBDFP  N p   fictamide sodium Oral Tablet [Fictabrand]
9000053  SCDGP  N p   fictamide sodium Pill
9000054  XCD    N p   fictamide in a form that is not thought of yet

9000061  DF     N p   Oral Tablet
9000062  DF     N p   Topical Cream
9000063  DF     N p   Injection
9000064  DF     N p   Oral Capsule
9000065  DF     N p   Ophthalmic Solution
9000066  DF     N p   Topical Ointment
9000071  DFG    N p   Oral Product
9000072  DFG    N p   Pill
9000073  DFG    N p   Topical Product
9000074  DFG    N p   Injectable Product
9000075  DFG    N p   Ophthalmic Product

42316    IN     N p   tacrolimus
1164204  SCDG   N p   tacrolimus Topical Product
9000081  SCDF   N p   tacrolimus Topical Ointment
313189   SCD    N p   tacrolimus 0.0003 MG/MG Topical Ointment
314266   SCD    N p   tacrolimus 0.001 MG/MG Topical Ointment
9000082  SCDC   N p   tacrolimus 1 MG
198377   SCD    N p   tacrolimus 1 MG Oral Capsule
284848   BN     N p   Protopic
9000083  SBD    N p   tacrolimus 0.001 MG/MG Topical Ointment [Protopic]
196463   BN     N p   Prograf
9000084  SBD    N p   tacrolimus 1 MG Oral Capsule [Prograf]
"""
"""Flag N, O or E; `p` is what is in the prescribable subset, `-` what is not."""

RELATIONS = """
9000003  form_of                 9000001
9000004  has_part                9000001 9000002
9000011  has_ingredient          9000001
9000012  has_precise_ingredient  9000003
9000013  has_ingredient          9000001
9000014  has_ingredient          9000002
9000015  has_ingredient          9000041
9000015  tradename_of            9000011
9000016  has_ingredient          9000001
9000016  isa                     9000018
9000016  has_dose_form           9000062
9000017  has_ingredient          9000041
9000017  tradename_of            9000016
9000018  has_ingredient          9000001
9000018  has_doseformgroup       9000073

9000021  consists_of             9000011
9000021  has_dose_form           9000061
9000022  isa                     9000016
9000022  has_dose_form           9000062
9000023  consists_of             9000012
9000023  has_dose_form           9000061
9000024  consists_of             9000013
9000024  has_dose_form           9000063
9000025  quantified_form_of      9000024
9000025  has_dose_form           9000063
9000026  consists_of             9000011
9000026  has_dose_form           9000064
9000027  consists_of             9000011
9000027  has_dose_form           9000065
9000028  consists_of             9000011
9000028  has_dose_form           9000061
9000029  isa                     9000016
9000029  has_dose_form           9000062
9000030  consists_of             9000011 9000014
9000030  has_ingredients         9000004
9000030  has_dose_form           9000061
9000031  consists_of             9000014
9000031  has_dose_form           9000061

9000041  tradename_of            9000001
9000042  tradename_of            9000001 9000002
9000043  consists_of             9000015
9000043  tradename_of            9000021
9000043  has_ingredient          9000041
9000043  has_dose_form           9000061
9000044  isa                     9000017
9000044  has_dose_form           9000062
9000045  tradename_of            9000030
9000045  has_ingredient          9000042
9000045  has_dose_form           9000061
9000046  tradename_of            9000031
9000046  has_ingredient          9000042
9000046  has_dose_form           9000061
9000047  contains                9000021 9000022
9000048  contains                9000043

9000051  has_precise_ingredient  9000003
9000052  tradename_of            9000051
9000053  has_precise_ingredient  9000003
9000054  has_ingredient          9000001

9000061  isa                     9000071 9000072
9000062  isa                     9000073
9000063  isa                     9000074
9000064  isa                     9000071 9000072
9000065  isa                     9000075
9000066  isa                     9000073

9000081  has_ingredient          42316
9000081  isa                     1164204
1164204  has_ingredient          42316
313189   isa                     9000081
313189   has_dose_form           9000066
314266   isa                     9000081
314266   has_dose_form           9000066
9000082  has_ingredient          42316
198377   consists_of             9000082
198377   has_dose_form           9000064
284848   tradename_of            42316
9000083  tradename_of            314266
9000083  has_ingredient          284848
9000083  has_dose_form           9000066
196463   tradename_of            42316
9000084  tradename_of            198377
9000084  has_ingredient          196463
9000084  has_dose_form           9000064
"""

ATTRIBUTES = """
9000011  RXN_STRENGTH            RXNORM  N  10 MG
9000014  RXN_STRENGTH            RXNORM  N  5 MG
9000022  RXN_AVAILABLE_STRENGTH  RXNORM  N  1 %
9000021  RXN_HUMAN_DRUG          RXNORM  N  US
9000021  RXN_VET_DRUG            RXNORM  N  US
9000026  RXN_VET_DRUG            RXNORM  N  US
9000021  NDC                     RXNORM  N  99999000101
9000021  NDC                     RXNORM  N  99999000102
9000021  NDC                     RXNORM  O  99999000103
9000021  NDC                     RXNORM  N  99999-0001-04
9000021  NDC                     MTHSPL  N  99999-0001-5
9000021  NDC                     NDDF    N  99999000106
9000021  NDC                     VANDF   N  099999000107
"""

HISTORY = """
9100001  chain                            9100002
9100002  chain                            9000021
9100003  cycle                            9100004
9100004  cycle                            9100003
9100005  split                            9000021 9000022
9100006  gone to nowhere                  -
9100007  chain to a split                 9100005
9100008  two ways to one                  9100001 9000021
9100009  to an obsolete one               9000028
9100010  to one with a history            9000022
9000022  present, and some of it is gone  9000021
9100011  to one that was never there      9199999
9100012  a cycle with a way out           9100013
9100013  a cycle with a way out           9100012 9000021
"""

ELSEWHERE = 9_100_020
"""Only in another vocabulary of the release."""

NEVER = 9_100_099
"""Never in a release."""
