"""Schools and trusts of the demonstration that have names of their own, as people of its stories belong to them."""

FIRST_URN, FIRST_UID = 900001, 990001  # no real school or group has a number from here on
ASHGROVE, BIRCHFIELD = 999001, 999002
HARBOUR_VIEW, TYNEBRIDGE = 999301, 999351  # H. Vale's own school in the South West; one in the North East for the neighbour

TRUSTS = {  # by UID
    990001: "Elm Trust",
    990002: "Oakwood Trust",
    990003: "Peak Edge Trust",
    990004: "Crest Learning Trust",
    990005: "Calder Edge Trust",
    990006: "Wyre Coast Trust",
    990007: "Anvil Trust",
    990008: "Rosegrove Trust",
    990009: "Meridian Trust",
    990010: "Fell and Shore Trust",
    990011: "Estuary Schools Trust",
    990012: "Tamar Schools Trust",
    990013: "Saltway Learning Trust",
}

# URN, name, phase, authority, trust ("" where the authority answers for it), head
NAMED = """
999001|Ashgrove Primary School|primary|354|Elm Trust|Ms Priya Shah
999002|Birchfield High School|secondary|357|Peak Edge Trust|Mr Daniel Amara
999003|Thornleigh Park School|secondary|355||Mrs Ellen Fairley
999010|Ferndale Academy|secondary|354|Crest Learning Trust|Mr Tom Adeyemi
999017|Moorside Primary School|primary|350|Elm Trust|Mrs Grace Oyelaran
999024|Hazel Bank Primary School|primary|942||Mr Colin Threlkeld
999031|St Wilfrid's Primary School|primary|888||Mrs Anne Dewhurst
999038|Calderbrook High School|secondary|353|Calder Edge Trust|Mr Imran Aslam
999045|Wyre View Primary School|primary|890|Wyre Coast Trust|Miss Beth Rawcliffe
999052|Millgate Academy|secondary|340|Anvil Trust|Mrs Joan Penketh
999059|Sandpiper Primary School|primary|343||Mr Luke Ormerod
999066|Ravensmoor Primary School|primary|357|Peak Edge Trust|Mrs Hannah Bolt
999073|Gorse Lane Primary School|primary|359|Elm Trust|Mr Peter Unsworth
999080|Lowfold High School|secondary|876||Ms Carla Greenway
999087|Pendle Rise Academy|secondary|888|Rosegrove Trust|Mr Adeel Mahmood
999094|Copperfield Primary School|primary|358||Mrs Ruth Lomas
999101|Estuary Point School|all-through|344|Meridian Trust|Mr Owen Hulme
999108|Brackenhill Primary School|primary|351||Mrs Sunita Rao
999115|Alder Street Academy|secondary|352|Crest Learning Trust|Mr Kwame Boateng
999122|Whinfell Primary School|primary|943|Fell and Shore Trust|Mrs Alice Braithwaite
999129|Marsh House School|special|888||Mr Neil Sandham
999136|Heron's Reach Primary School|primary|895||Mrs Diane Platt
999143|Kingsley Vale High School|secondary|356|Peak Edge Trust|Mr Robert Heald
999150|Tidewater Primary School|primary|344||Miss Eva Molyneux
999157|Bramble Row Infant School|infant|877||Mrs Jean Worrall
999164|Northgate Bridge Academy|all-through|341|Anvil Trust|Mr Marcus Tierney
999171|Fellside Primary School|primary|942||Mrs Kate Nixon
999178|Kestrel Way Primary School|primary|350||Mr Sanjay Mistry
999185|Dunmere Primary School|primary|896||Mrs Olwen Parry
999192|Larkhill School|special|352||Mr Stephen Cray
999199|Quarry Bank Academy|secondary|889|Rosegrove Trust|Mrs Nadia Hussain
999206|Hollins Park School|primary|353|Calder Edge Trust|Mr Jack Whitworth
999213|Oakwood High School|secondary|352|Oakwood Trust|Mrs Lena Brandt
999220|Saltersbrook Primary School|primary|355|Oakwood Trust|Mr Philip Yates
999227|Lowther Green Primary School|primary|351|Oakwood Trust|Mrs Amina Diallo
999234|Mossgate Junior School|junior|352|Oakwood Trust|Mr Harry Castle
999241|Elm Vale Primary School|primary|354|Elm Trust|Mrs Fiona Kershaw
999248|Deyne Park High School|secondary|343|Estuary Schools Trust|Mr Gareth Lunt
999301|Harbour View Primary School|primary|878|Tamar Schools Trust|Ms Helen Vale
999308|Pilchard Lane Primary School|primary|908|Tamar Schools Trust|Mr Jago Penrose
999315|Quaylands Academy|secondary|879|Tamar Schools Trust|Mrs Sian Luscombe
999351|Tynebridge Primary School|primary|390|Saltway Learning Trust|Mrs Moira Dodds
999358|Harle Street Academy|secondary|391|Saltway Learning Trust|Mr Alan Charlton
999365|Cresswell Sands Primary School|primary|929||Ms Joanne Robson
"""
