"""Made-up files of inspections, results and absence for the made-up schools, in the official layouts, imported as any other file is."""

INSPECTION_COLUMNS = """
Web Link (opens in new window)|URN|LAESTAB|School name|Ofsted phase|Type of education|School open date|
Admissions policy|Sixth form|Designated religious character|Religious ethos|Faith grouping|Ofsted region|Region|
Local authority|Parliamentary constituency|Postcode|Multi-academy trust UID|Multi-academy trust name|
Academy sponsor UID|Academy sponsor name|The income deprivation affecting children index (IDACI) quintile|
Total number of pupils|Statutory lowest age|Statutory highest age|Inspection number of latest full inspection|
Inspection type|Inspection type grouping|Event type grouping|Inspection start date|Publication date|
Does the latest full inspection relate to the URN of the current school?|URN at time of latest full inspection|
LAESTAB at time of latest full inspection|School name at time of latest full inspection|
School type at time of latest full inspection|Category of concern|Safeguarding standards|
Safeguarding standards - date of grade|Inclusion|Inclusion - date of grade|Curriculum and teaching|
Curriculum and teaching - date of grade|Achievement|Achievement - date of grade|Attendance and behaviour|
Attendance and behaviour - date of grade|Personal development and wellbeing|
Personal development and wellbeing - date of grade|Early years (where applicable)|Early years - date of grade|
Post-16 provision (where applicable)|Post-16 provision - date of grade|Leadership and governance|
Leadership and governance - date of grade|Inspection number of latest OEIF graded inspection|
Inspection type of latest OEIF graded inspection|Inspection type grouping of latest OEIF graded inspection|
Event type grouping of latest OEIF graded inspection|Inspection start date of latest OEIF graded inspection|
Publication date of latest OEIF graded inspection|
Does the latest OEIF graded inspection relate to the URN of the current school?|
URN at time of latest OEIF graded inspection|LAESTAB at time of latest OEIF graded inspection|
School name at time of latest OEIF graded inspection|School type at time of latest OEIF graded inspection|
Latest OEIF category of concern|Latest OEIF overall effectiveness|Latest OEIF quality of education|
Latest OEIF behaviour and attitudes|Latest OEIF personal development|
Latest OEIF effectiveness of leadership and management|Latest OEIF  safeguarding is effective?|
Latest OEIF early years provision (where applicable)|Latest OEIF sixth form provision (where applicable)|
Latest ungraded inspection number|Date of latest ungraded inspection|Ungraded inspection publication date|
Does the ungraded inspection relate to the URN of the current school?|URN at time of the ungraded inspection|
LAESTAB at time of the ungraded inspection|School name at time of the ungraded inspection|
School type at time of the ungraded inspection|Ungraded inspection overall outcome|Most recent category of concern
""".replace("\n", "").split("|")
OLDER_INSPECTION_COLUMNS = """
Web link|URN|LAESTAB|School name|Ofsted phase|Type of education|School open date|Admissions policy|Sixth form|
Designated religious character|Religious ethos|Faith grouping|Ofsted region|Region|Local authority|
Parliamentary constituency|Postcode|The income deprivation affecting children index (IDACI) quintile|
Total number of pupils|Latest ungraded inspection number since last graded inspection|
Does the ungraded inspection relate to the URN of the current school?|URN at time of the ungraded inspection|
LAESTAB at time of the ungraded inspection|School name at time of the ungraded inspection|
School type at time of the ungraded inspection|Number of ungraded inspections since the last graded inspection|
Date of latest ungraded inspection|Ungraded inspection publication date|
Did the latest ungraded inspection convert to a graded inspection?|Ungraded inspection overall outcome|
Number of monitoring and urgent inspections since last graded inspection|
Inspection number of latest graded inspection|Inspection type|Inspection type grouping|Event type grouping|
Inspection start date|Inspection end date|Publication date|
Does the latest graded inspection relate to the URN of the current school?|URN at time of latest graded inspection|
LAESTAB at time of latest graded inspection|School name at time of latest graded inspection|
School type at time of latest graded inspection|Overall effectiveness|Category of concern|Quality of education|
Behaviour and attitudes|Personal development|Effectiveness of leadership and management|Safeguarding is effective?|
Early years provision (where applicable)|Sixth form provision (where applicable)|Previous graded inspection number|
Previous inspection start date|Previous inspection end date|Previous publication date|
Does the previous graded inspection relate to the URN of the current school?|
URN at time of previous graded inspection|LAESTAB at time of previous graded inspection|
School name at time of previous graded inspection|School type at time of previous graded inspection|
Previous graded inspection overall effectiveness|Previous category of concern|Previous quality of education|
Previous behaviour and attitudes|Previous personal development|Previous effectiveness of leadership and management|
Previous safeguarding is effective?|Previous early years provision (where applicable)|
Previous sixth form provision (where applicable)
""".replace("\n", "").split("|")
KS2_COLUMNS = (
    "RECTYPE ALPHAIND LEA ESTAB URN SCHNAME ICLOSE NFTYPE TELIG PTFSM6CLA1A PTRWM_EXP PTRWM_HIGH READPROG READPROG_LOWER READPROG_UPPER "
    "WRITPROG WRITPROG_LOWER WRITPROG_UPPER MATPROG MATPROG_LOWER MATPROG_UPPER PTREAD_EXP READ_AVERAGE GPS_AVERAGE PTMAT_EXP MAT_AVERAGE PTWRITTA_EXP"
).split()
KS4_COLUMNS = (
    "RECTYPE LEA ESTAB URN SCHNAME TPUP PTFSM6CLA1A ATT8SCR P8MEA P8CILOW P8CIUPP PTL2BASICS_94 PTL2BASICS_95 EBACCAPS PTEBACC_E_PTQ_EE P8_BANDING"
).split()
ABSENCE_COLUMNS = (
    "time_period time_identifier geographic_level school_urn school_laestab school_name enrolments sess_overall_percent "
    "enrolments_pa_10_exact_percent enrolments_pa_50_exact_percent"
).split()
