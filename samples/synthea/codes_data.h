/* Codes and their descriptions: SNOMED CT, LOINC, RxNorm, CVX and DICOM. Facts; where a description has a comma, the
 * sample has two spaces. weight: how often a code is drawn in comparison to the others of its table. */
#ifndef SYNTHEA_CODES_DATA_H
#define SYNTHEA_CODES_DATA_H

#include <stddef.h>
#include <stdint.h>

typedef struct syn_code {
    uint16_t weight;
    const char *cells;  /* code, comma, description; encounters: class before them */
    const char *reason; /* code, comma, description; a lone comma when there is none; NULL: the file has no reasons */
    uint16_t minutes;   /* how long an encounter takes */
    uint32_t cents;     /* base cost */
} syn_code;

#define SYN_CODE(weight, cells)                                                                                        \
    { weight, cells, NULL, 0, 0 }
#define SYN_REASONED(weight, cells, reason, cents)                                                                     \
    { weight, cells, reason, 0, cents }
#define SYN_ENCOUNTER_CODE(weight, cells, reason, minutes, cents)                                                      \
    { weight, cells, reason, minutes, cents }

typedef struct syn_measure {
    const char *cells; /* code, description */
    const char *units;
    uint32_t low, high; /* in units of the last decimal */
    uint8_t decimals;   /* 0: value is text[low .. high] */
} syn_measure;

static const syn_code allergy_codes[] = {
    SYN_CODE(81, "419474003,Allergy to mould"),        SYN_CODE(77, "232347008,Dander (animal) allergy"),
    SYN_CODE(63, "419263009,Allergy to tree pollen"),  SYN_CODE(61, "232350006,House dust mite allergy"),
    SYN_CODE(60, "418689008,Allergy to grass pollen"), SYN_CODE(41, "300913006,Shellfish allergy"),
    SYN_CODE(33, "424213003,Allergy to bee venom"),    SYN_CODE(31, "91934008,Allergy to nut"),
    SYN_CODE(30, "417532002,Allergy to fish"),         SYN_CODE(25, "420174000,Allergy to wheat"),
    SYN_CODE(25, "91935009,Allergy to peanuts"),       SYN_CODE(24, "300916003,Latex allergy"),
    SYN_CODE(20, "91930004,Allergy to eggs"),          SYN_CODE(18, "425525006,Allergy to dairy product"),
    SYN_CODE(8, "714035009,Allergy to soya")};

static const syn_code condition_codes[] = {
    SYN_CODE(1248, "444814009,Viral sinusitis (disorder)"),
    SYN_CODE(653, "195662009,Acute viral pharyngitis (disorder)"),
    SYN_CODE(563, "10509002,Acute bronchitis (disorder)"),
    SYN_CODE(516, "72892002,Normal pregnancy"),
    SYN_CODE(449, "162864005,Body mass index 30+ - obesity (finding)"),
    SYN_CODE(317, "15777000,Prediabetes"),
    SYN_CODE(302, "59621000,Hypertension"),
    SYN_CODE(300, "271737000,Anemia (disorder)"),
    SYN_CODE(236, "40055000,Chronic sinusitis (disorder)"),
    SYN_CODE(221, "19169002,Miscarriage in first trimester"),
    SYN_CODE(196, "65363002,Otitis media"),
    SYN_CODE(157, "43878008,Streptococcal sore throat (disorder)"),
    SYN_CODE(136, "55822004,Hyperlipidemia"),
    SYN_CODE(134, "44465007,Sprain of ankle"),
    SYN_CODE(79, "68496003,Polyp of colon"),
    SYN_CODE(77, "62106007,Concussion with no loss of consciousness"),
    SYN_CODE(76, "44054006,Diabetes"),
    SYN_CODE(74, "302870006,Hypertriglyceridemia (disorder)"),
    SYN_CODE(74, "237602007,Metabolic syndrome X (disorder)"),
    SYN_CODE(69, "75498004,Acute bacterial sinusitis (disorder)"),
    SYN_CODE(66, "36971009,Sinusitis (disorder)"),
    SYN_CODE(65, "239873007,Osteoarthritis of knee"),
    SYN_CODE(61, "53741008,Coronary Heart Disease"),
    SYN_CODE(57, "196416002,Impacted molars"),
    SYN_CODE(57, "64859006,Osteoporosis (disorder)"),
    SYN_CODE(57, "88805009,Chronic congestive heart failure (disorder)"),
    SYN_CODE(56, "70704007,Sprain of wrist"),
    SYN_CODE(55, "39848009,Whiplash injury to neck"),
    SYN_CODE(55, "82423001,Chronic pain"),
    SYN_CODE(53, "124171000119105,Chronic intractable migraine without aura"),
    SYN_CODE(50, "74400008,Appendicitis"),
    SYN_CODE(48, "230690007,Stroke"),
    SYN_CODE(47, "301011002,Escherichia coli urinary tract infection"),
    SYN_CODE(47, "410429000,Cardiac Arrest"),
    SYN_CODE(44, "65966004,Fracture of forearm"),
    SYN_CODE(43, "283371005,Laceration of forearm"),
    SYN_CODE(40, "128613002,Seizure disorder"),
    SYN_CODE(37, "127013003,Diabetic renal disease (disorder)"),
    SYN_CODE(36, "370247008,Facial laceration"),
    SYN_CODE(34, "49436004,Atrial Fibrillation"),
    SYN_CODE(32, "232353008,Perennial allergic rhinitis with seasonal variation"),
    SYN_CODE(30, "126906006,Neoplasm of prostate"),
    SYN_CODE(29, "233678006,Childhood asthma")};

static const syn_code careplan_codes[] = {
    SYN_REASONED(633, "53950000,Respiratory therapy", "10509002,Acute bronchitis (disorder)", 0),
    SYN_REASONED(397, "134435003,Routine antenatal care", "72892002,Normal pregnancy", 0),
    SYN_REASONED(302, "443402002,Lifestyle education regarding hypertension", "59621000,Hypertension", 0),
    SYN_REASONED(295, "698360004,Diabetes self management plan", "15777000,Prediabetes", 0),
    SYN_REASONED(189, "384758001,Self-care interventions (procedure)", ",", 0),
    SYN_REASONED(136, "736285004,Hyperlipidemia clinical management plan", "55822004,Hyperlipidemia", 0),
    SYN_REASONED(134, "91251008,Physical therapy procedure", "44465007,Sprain of ankle", 0),
    SYN_REASONED(77, "47387005,Head injury rehabilitation", "62106007,Concussion with no loss of consciousness", 0),
    SYN_REASONED(71, "408869004,Musculoskeletal care", "39848009,Whiplash injury to neck", 0),
    SYN_REASONED(64, "408869004,Musculoskeletal care", "239873007,Osteoarthritis of knee", 0),
    SYN_REASONED(59, "736353004,Inpatient care plan (record artifact)", ",", 0),
    SYN_REASONED(57, "699728000,Asthma self management", "233678006,Childhood asthma", 0),
    SYN_REASONED(57, "735984001,Heart failure self management plan",
                 "88805009,Chronic congestive heart failure (disorder)", 0),
    SYN_REASONED(45, "869761000000107,Urinary tract infection care",
                 "301011002,Escherichia coli urinary tract infection", 0),
    SYN_REASONED(44, "385691007,Fracture care", "65966004,Fracture of forearm", 0),
    SYN_REASONED(43, "225358003,Wound care", "283371005,Laceration of forearm", 0),
    SYN_REASONED(31, "737471002,Minor surgery care management (procedure)", ",", 0),
    SYN_REASONED(25, "386257007,Demential management", "26929004,Alzheimer's disease (disorder)", 0),
    SYN_REASONED(24, "408869004,Musculoskeletal care", "201834006,Localized  primary osteoarthritis of the hand", 0)};

static const syn_code immunization_codes[] = {SYN_CODE(9385, "140,Influenza  seasonal  injectable  preservative free"),
                                              SYN_CODE(830, "113,Td (adult) preservative free"),
                                              SYN_CODE(661, "133,Pneumococcal conjugate PCV 13"),
                                              SYN_CODE(572, "20,DTaP"),
                                              SYN_CODE(481, "10,IPV"),
                                              SYN_CODE(432, "114,meningococcal MCV4P"),
                                              SYN_CODE(424, "62,HPV  quadrivalent"),
                                              SYN_CODE(354, "49,Hib (PRP-OMP)"),
                                              SYN_CODE(352, "08,Hep B  adolescent or pediatric"),
                                              SYN_CODE(281, "52,Hep A  adult"),
                                              SYN_CODE(280, "121,zoster"),
                                              SYN_CODE(263, "43,Hep B  adult"),
                                              SYN_CODE(233, "03,MMR"),
                                              SYN_CODE(230, "83,Hep A  ped/adol  2 dose"),
                                              SYN_CODE(228, "21,varicella"),
                                              SYN_CODE(225, "119,rotavirus  monovalent"),
                                              SYN_CODE(142, "115,Tdap"),
                                              SYN_CODE(105, "33,pneumococcal polysaccharide vaccine  23 valent")};

static const syn_code device_codes[] = {SYN_CODE(47, "72506001,Implantable defibrillator  device (physical object)"),
                                        SYN_CODE(21, "705643001,Coronary artery stent (physical object)"),
                                        SYN_CODE(10, "706004007,Implantable cardiac pacemaker (physical object)")};

static const syn_code imaging_codes[] = {
    SYN_CODE(328, "51185008,Thoracic structure (body structure),CT,Computed Tomography,1.2.840.10008.5.1.4.1.1.2,CT "
                  "Image Storage"),
    SYN_CODE(113, "261179002,thoracic,US,Ultrasound,1.2.840.10008.5.1.4.1.1.3.1,Ultrasound Multiframe Image Storage"),
    SYN_CODE(76, "51185008,Thoracic structure (body structure),CR,Computed Radiography,1.2.840.10008.5.1.4.1.1.1.1,"
                 "Digital X-Ray Image Storage – for Presentation"),
    SYN_CODE(61, "51185008,Thoracic structure,DX,Digital Radiography,1.2.840.10008.5.1.4.1.1.1.1,"
                 "Digital X-Ray Image Storage – for Presentation"),
    SYN_CODE(48, "40983000,Arm,DX,Digital Radiography,1.2.840.10008.5.1.4.1.1.1.1,Digital X-Ray Image Storage"),
    SYN_CODE(47, "8205005,Wrist,DX,Digital Radiography,1.2.840.10008.5.1.4.1.1.1.1,Digital X-Ray Image Storage"),
    SYN_CODE(32, "344001,Ankle,DX,Digital Radiography,1.2.840.10008.5.1.4.1.1.1.1,Digital X-Ray Image Storage"),
    SYN_CODE(31, "51299004,Clavicle,DX,Digital Radiography,1.2.840.10008.5.1.4.1.1.1.1,Digital X-Ray Image Storage"),
    SYN_CODE(29, "72696002,Knee,DX,Digital Radiography,1.2.840.10008.5.1.4.1.1.1.1,Digital X-Ray Image Storage"),
    SYN_CODE(11, "12921003,Pelvis,DX,Digital Radiography,1.2.840.10008.5.1.4.1.1.1.1,Digital X-Ray Image Storage")};

static const syn_code encounter_codes[] = {
    SYN_ENCOUNTER_CODE(180, "wellness,162673000,General examination of patient (procedure)", ",", 30, 12916),
    SYN_ENCOUNTER_CODE(90, "wellness,410620009,Well child visit (procedure)", ",", 30, 12916),
    SYN_ENCOUNTER_CODE(110, "ambulatory,185345009,Encounter for symptom", "444814009,Viral sinusitis (disorder)", 15,
                       12916),
    SYN_ENCOUNTER_CODE(60, "ambulatory,185345009,Encounter for symptom", "10509002,Acute bronchitis (disorder)", 15,
                       12916),
    SYN_ENCOUNTER_CODE(55, "ambulatory,185345009,Encounter for symptom", "195662009,Acute viral pharyngitis (disorder)",
                       15, 12916),
    SYN_ENCOUNTER_CODE(120, "ambulatory,185347001,Encounter for problem (procedure)", ",", 15, 12916),
    SYN_ENCOUNTER_CODE(50, "ambulatory,185347001,Encounter for problem (procedure)", "126906006,Neoplasm of prostate",
                       60, 12916),
    SYN_ENCOUNTER_CODE(85, "ambulatory,424619006,Prenatal visit", "72892002,Normal pregnancy", 15, 12916),
    SYN_ENCOUNTER_CODE(12, "ambulatory,424441002,Prenatal initial visit", "72892002,Normal pregnancy", 15, 12916),
    SYN_ENCOUNTER_CODE(65, "ambulatory,390906007,Follow-up encounter",
                       "88805009,Chronic congestive heart failure (disorder)", 15, 12916),
    SYN_ENCOUNTER_CODE(40, "ambulatory,308335008,Patient encounter procedure", ",", 30, 7749),
    SYN_ENCOUNTER_CODE(75, "outpatient,185349003,Encounter for check up (procedure)", ",", 15, 7749),
    SYN_ENCOUNTER_CODE(30, "outpatient,698314001,Consultation for treatment", ",", 30, 12916),
    SYN_ENCOUNTER_CODE(45, "urgentcare,702927004,Urgent care clinic (procedure)", ",", 15, 12916),
    SYN_ENCOUNTER_CODE(28, "emergency,50849002,Emergency room admission (procedure)", "44465007,Sprain of ankle", 60,
                       12916),
    SYN_ENCOUNTER_CODE(14, "inpatient,183452005,Emergency hospital admission (procedure)",
                       "88805009,Chronic congestive heart failure (disorder)", 1440, 7749)};

static const syn_code medication_codes[] = {
    SYN_REASONED(80, "314076,lisinopril 10 MG Oral Tablet", "59621000,Hypertension", 26349),
    SYN_REASONED(60, "310798,Hydrochlorothiazide 25 MG Oral Tablet", "59621000,Hypertension", 26349),
    SYN_REASONED(70, "308136,amLODIPine 2.5 MG Oral Tablet", "59621000,Hypertension", 26349),
    SYN_REASONED(45, "314231,Simvastatin 10 MG Oral Tablet", "55822004,Hyperlipidemia", 26349),
    SYN_REASONED(40, "312961,Simvastatin 20 MG Oral Tablet", "53741008,Coronary Heart Disease", 26349),
    SYN_REASONED(40, "309362,Clopidogrel 75 MG Oral Tablet", "53741008,Coronary Heart Disease", 26349),
    SYN_REASONED(45, "866412,24 HR metoprolol succinate 100 MG Extended Release Oral Tablet",
                 "88805009,Chronic congestive heart failure (disorder)", 26349),
    SYN_REASONED(50, "860975,24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet", "44054006,Diabetes",
                 26349),
    SYN_REASONED(
        45,
        "106892,insulin human  isophane 70 UNT/ML / Regular Insulin  Human 30 UNT/ML Injectable Suspension [Humulin]",
        "44054006,Diabetes", 26349),
    SYN_REASONED(50, "313782,Acetaminophen 325 MG Oral Tablet", "10509002,Acute bronchitis (disorder)", 870),
    SYN_REASONED(45, "562251,Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet",
                 "444814009,Viral sinusitis (disorder)", 2619),
    SYN_REASONED(25, "834061,Penicillin V Potassium 250 MG Oral Tablet",
                 "43878008,Streptococcal sore throat (disorder)", 26349),
    SYN_REASONED(35, "310325,ferrous sulfate 325 MG Oral Tablet", "271737000,Anemia (disorder)", 1099),
    SYN_REASONED(30, "1535362,sodium fluoride 0.0272 MG/MG Oral Gel", "2556008,Periodontal disease", 26349),
    SYN_REASONED(30, "895994,120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler [Flovent]",
                 "233678006,Childhood asthma", 26349),
    SYN_REASONED(30, "2123111,NDA020503 200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler",
                 "233678006,Childhood asthma", 26349),
    SYN_REASONED(25, "1049221,Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet", ",", 4612),
    SYN_REASONED(25, "849574,Naproxen sodium 220 MG Oral Tablet", "239873007,Osteoarthritis of knee", 819),
    SYN_REASONED(20, "831533,Errin 28 Day Pack", ",", 2904),
    SYN_REASONED(20, "748962,Camila 28 Day Pack", ",", 2904),
    SYN_REASONED(20, "1605257,Liletta 52 MG Intrauterine System", ",", 2904),
    SYN_REASONED(20, "997501,Fexofenadine hydrochloride 60 MG Oral Tablet", ",", 1246),
    SYN_REASONED(18, "1049630,diphenhydrAMINE Hydrochloride 25 MG Oral Tablet", ",", 688),
    SYN_REASONED(22, "583214,Paclitaxel 100 MG Injection", "254637007,Non-small cell lung cancer (disorder)", 103471),
    SYN_REASONED(22, "1734919,Cyclophosphamide 1000 MG Injection", "254837009,Malignant neoplasm of breast (disorder)",
                 87655),
    SYN_REASONED(15, "727316,NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector", ",", 22478),
    SYN_REASONED(15, "1000126,1 ML medroxyprogesterone acetate 150 MG/ML Injection", ",", 14152),
    SYN_REASONED(12, "855332,Warfarin Sodium 5 MG Oral Tablet", "49436004,Atrial Fibrillation", 26349)};

static const syn_code procedure_codes[] = {
    SYN_REASONED(160, "430193006,Medication Reconciliation (procedure)", ",", 51665),
    SYN_REASONED(90, "428191000124101,Documentation of current medications", ",", 51665),
    SYN_REASONED(70, "265764009,Renal dialysis (procedure)", ",", 86210),
    SYN_REASONED(60, "169230002,Ultrasound scan for fetal viability", "72892002,Normal pregnancy", 51665),
    SYN_REASONED(60, "274804006,Evaluation of uterine fundal height (procedure)", "72892002,Normal pregnancy", 51665),
    SYN_REASONED(60, "225158009,Auscultation of the fetal heart", "72892002,Normal pregnancy", 51665),
    SYN_REASONED(45, "252160004,Standard pregnancy test", "72892002,Normal pregnancy", 51665),
    SYN_REASONED(40, "703423002,Combined chemotherapy and radiation therapy (procedure)",
                 "254637007,Non-small cell lung cancer (disorder)", 1162023),
    SYN_REASONED(35, "33195004,Teleradiotherapy procedure (procedure)", "126906006,Neoplasm of prostate", 150912),
    SYN_REASONED(30, "23426006,Measurement of respiratory function (procedure)", "10509002,Acute bronchitis (disorder)",
                 51665),
    SYN_REASONED(30, "76601001,Intramuscular injection", ",", 267491),
    SYN_REASONED(25, "117015009,Throat culture (procedure)", "195662009,Acute viral pharyngitis (disorder)", 206395),
    SYN_REASONED(25, "399208008,Plain chest X-ray (procedure)", ",", 51665),
    SYN_REASONED(22, "274474001,Bone immobilization", "65966004,Fracture of forearm", 51665),
    SYN_REASONED(20, "73761001,Colonoscopy", "68496003,Polyp of colon", 1005722),
    SYN_REASONED(14, "415070008,Percutaneous coronary intervention", "53741008,Coronary Heart Disease", 2041088),
    SYN_REASONED(12, "18286008,Catheter ablation of tissue of heart", "49436004,Atrial Fibrillation", 1836490),
    SYN_REASONED(10, "80146002,Appendectomy", "74400008,Appendicitis", 1253400),
    SYN_REASONED(16, "74857009,Hemoglobin / Hematocrit / Platelet count", "271737000,Anemia (disorder)", 51665),
    SYN_REASONED(14, "1225002,Upper arm X-ray", ",", 51665),
    SYN_REASONED(12, "288086009,Suture open wound", "283371005,Laceration of forearm", 182766)};

static const char *const measure_texts[] = {"Never smoker",
                                            "Never smoker",
                                            "Never smoker",
                                            "Former smoker",
                                            "Current every day smoker", /* 0-4 */
                                            "Stage 1 (qualifier value)",
                                            "Stage 2 (qualifier value)",
                                            "Stage 3 (qualifier value)", /* 5-7 */
                                            "Improving (qualifier value)",
                                            "Worsening (qualifier value)"}; /* 8-9 */

/* In the order a visit measures them. */
static const syn_measure measures[] = {
    {"8302-2,Body Height", "cm", 500, 1990, 1},
    {"72514-3,Pain severity - 0-10 verbal numeric rating [Score] - Reported", "{score}", 0, 100, 1},
    {"29463-7,Body Weight", "kg", 34, 1230, 1},
    {"39156-5,Body Mass Index", "kg/m2", 121, 420, 1},
    {"8462-4,Diastolic Blood Pressure", "mm[Hg]", 680, 1050, 1},
    {"8480-6,Systolic Blood Pressure", "mm[Hg]", 950, 1890, 1},
    {"8867-4,Heart rate", "/min", 600, 1000, 1},
    {"9279-1,Respiratory rate", "/min", 120, 160, 1},
    {"6690-2,Leukocytes [#/volume] in Blood by Automated count", "10*3/uL", 35, 106, 1},
    {"789-8,Erythrocytes [#/volume] in Blood by Automated count", "10*6/uL", 39, 55, 1},
    {"718-7,Hemoglobin [Mass/volume] in Blood", "g/dL", 112, 175, 1},
    {"4544-3,Hematocrit [Volume Fraction] of Blood by Automated count", "%", 339, 485, 1},
    {"787-2,MCV [Entitic volume] by Automated count", "fL", 801, 960, 1},
    {"785-6,MCH [Entitic mass] by Automated count", "pg", 270, 330, 1},
    {"786-4,MCHC [Mass/volume] by Automated count", "g/dL", 330, 360, 1},
    {"21000-5,Erythrocyte distribution width [Entitic volume] by Automated count", "fL", 389, 465, 1},
    {"777-3,Platelets [#/volume] in Blood by Automated count", "10*3/uL", 1500, 4500, 1},
    {"32207-3,Platelet distribution width [Entitic volume] in Blood by Automated count", "fL", 1500, 3500, 1},
    {"32623-1,Platelet mean volume [Entitic volume] in Blood by Automated count", "fL", 94, 124, 1},
    {"72166-2,Tobacco smoking status NHIS", "", 0, 4, 0},
    {"4548-4,Hemoglobin A1c/Hemoglobin.total in Blood", "%", 20, 69, 1},
    {"2339-0,Glucose", "mg/dL", 630, 1190, 1},
    {"6299-2,Urea Nitrogen", "mg/dL", 70, 200, 1},
    {"38483-4,Creatinine", "mg/dL", 4, 34, 1},
    {"49765-1,Calcium", "mg/dL", 85, 102, 1},
    {"2947-0,Sodium", "mmol/L", 1360, 1440, 1},
    {"6298-4,Potassium", "mmol/L", 37, 52, 1},
    {"2069-3,Chloride", "mmol/L", 1010, 1110, 1},
    {"20565-8,Carbon Dioxide", "mmol/L", 200, 290, 1},
    {"2093-3,Total Cholesterol", "mg/dL", 1500, 2990, 1},
    {"2571-8,Triglycerides", "mg/dL", 1000, 4990, 1},
    {"18262-6,Low Density Lipoprotein Cholesterol", "mg/dL", 600, 1890, 1},
    {"2085-9,High Density Lipoprotein Cholesterol", "mg/dL", 200, 790, 1},
    {"33914-3,Estimated Glomerular Filtration Rate", "mL/min/{1.73_m2}", 600, 1500, 1},
    {"14959-1,Microalbumin Creatinine Ratio", "mg/g", 10, 3000, 1},
    {"8310-5,Body temperature", "Cel", 363, 401, 1},
    {"59576-9,Body mass index (BMI) [Percentile] Per age and gender", "%", 10, 990, 1},
    {"2708-6,Oxygen saturation in Arterial blood", "%", 750, 1000, 1},
    {"33762-6,NT-proBNP", "pg/mL", 3000, 39999, 1},
    {"10834-0,Globulin [Mass/volume] in Serum", "g/L", 20, 39, 1},
    {"2885-2,Protein [Mass/volume] in Serum or Plasma", "g/dL", 60, 79, 1},
    {"1751-7,Albumin [Mass/volume] in Serum or Plasma", "g/dL", 35, 55, 1},
    {"1975-2,Bilirubin.total [Mass/volume] in Serum or Plasma", "mg/dL", 1, 12, 1},
    {"6768-6,Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 200, 1400, 1},
    {"1742-6,Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 70, 560, 1},
    {"1920-8,Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 80, 480, 1},
    {"21908-9,Stage group.clinical Cancer", "{nominal}", 5, 7, 0},
    {"88040-1,Response to cancer treatment", "{nominal}", 8, 9, 0}};

#endif
