/* Names as Synthea draws them: each is followed by a number of up to three digits that is the same wherever the name
 * occurs (people.c derives it from the letters). */
#ifndef SYNTHEA_NAMES_DATA_H
#define SYNTHEA_NAMES_DATA_H

static const char *const female_names[] = {
    "Adela",     "Adelia",   "Adrian",    "Alane",     "Albert",    "Alejandra", "Alia",       "Alix",      "Alta",
    "Amber",     "Amberly",  "Ana Luisa", "Andree",    "Angila",    "Anja",      "Annamae",    "Anne",      "Antonia",
    "Antonio",   "Arcelia",  "Arlette",   "Ashton",    "Audry",     "Bao",       "Bernice",    "Bethann",   "Billi",
    "Blake",     "Brinda",   "Brittani",  "Brunilda",  "Callie",    "Carie",     "Carla",      "Carolann",  "Carolina",
    "Caroll",    "Carolyne", "Cassondra", "Cassy",     "Caterina",  "Cathleen",  "Cecila",     "Chandra",   "Chantel",
    "Chassidy",  "Cheree",   "Cherri",    "Cheryll",   "Christeen", "Clare",     "Clorinda",   "Colby",     "Collene",
    "Connie",    "Corine",   "Crissy",    "Crista",    "Cristie",   "Dacia",     "Daisy",      "Daniela",   "Darby",
    "Darcel",    "Darcey",   "Deloris",   "Demetrice", "Denae",     "Deonna",    "Devora",     "Diedre",    "Dolly",
    "Dulce",     "Dulcie",   "Earleen",   "Elena",     "Emilia",    "Esperanza", "Ester",      "Ethelyn",   "Eustolia",
    "Eva",       "Felecia",  "Florinda",  "Francisca", "Frankie",   "Gaynell",   "Georgeanna", "Georgette", "Gertrudis",
    "Gidget",    "Grace",    "Guadalupe", "Haley",     "Hermine",   "Hortense",  "Hye",        "Ima",       "Ingrid",
    "Iraida",    "Ivory",    "Jaclyn",    "Janeth",    "Jann",      "Jaquelyn",  "Jeanmarie",  "Jennette",  "Jina",
    "Joan",      "Joetta",   "Johnetta",  "Joi",       "Joselyn",   "Juana",     "Judith",     "Judy",      "Juli",
    "Kala",      "Karolyn",  "Karon",     "Karry",     "Karyn",     "Katerine",  "Keri",       "Kesha",     "Kim",
    "Kira",      "Kristan",  "Lai",       "Lala",      "Larisa",    "Leone",     "Leonie",     "Lilla",     "Lola",
    "Lucia",     "Luciana",  "Luisa",     "Lula",      "Lynell",    "Macie",     "Madelene",   "Madelyn",   "Madie",
    "Magdalena", "Maggie",   "Malia",     "Malinda",   "Mana",      "Margarita", "Margert",    "Margit",    "Mari",
    "Maribel",   "Marica",   "Marlena",   "Marta",     "Maudie",    "Melisa",    "Mercedes",   "Meryl",     "Micheal",
    "Micheline", "Mina",     "Mira",      "Mirian",    "Miyoko",    "Moira",     "Mui",        "Myong",     "Naida",
    "Natalia",   "Neva",     "Noella",    "Norma",     "Nydia",     "Oneida",    "Onita",      "Paige",     "Palma",
    "Pamelia",   "Patricia", "Perry",     "Porsche",   "Rachelle",  "Rafaela",   "Randa",      "Raquel",    "Rebeca",
    "Rebekah",   "Refugio",  "Regan",     "Rochell",   "Rosalba",   "Salina",    "Simone",     "Soledad",   "Tabetha",
    "Tiana",     "Willie",
};

static const char *const male_names[] = {
    "Abel",      "Abram",    "Adalberto", "Adan",        "Agustin",   "Alan",     "Albert",    "Alexander",
    "Alfred",    "Alfredo",  "Alphonse",  "Alton",       "Amado",     "Anderson", "Andres",    "Andrew",
    "Anton",     "Antone",   "Antwan",    "Arden",       "Armand",    "Armando",  "Aubrey",    "Augustine",
    "Austin",    "Avery",    "Barney",    "Ben",         "Benedict",  "Benton",   "Bernard",   "Bertram",
    "Bobbie",    "Boris",    "Boyd",      "Bradley",     "Brady",     "Brandon",  "Brice",     "Brooks",
    "Bryon",     "Buck",     "Buddy",     "Buford",      "Burl",      "Burton",   "Buster",    "Carey",
    "Carl",      "Carlos",   "Carlton",   "Cary",        "Cesar",     "Chas",     "Chase",     "Chet",
    "Chi",       "Chong",    "Christian", "Christopher", "Chuck",     "Clair",    "Clayton",   "Colin",
    "Cornell",   "Cortez",   "Daniel",    "Darin",       "Darius",    "Daron",    "Darrick",   "Darwin",
    "Demarcus",  "Deon",     "Diego",     "Don",         "Dorsey",    "Drew",     "Earle",     "Eduardo",
    "Elroy",     "Erasmo",   "Esteban",   "Ethan",       "Fausto",    "Federico", "Fernando",  "Filiberto",
    "Forrest",   "Gabriel",  "Garfield",  "Garth",       "Gaylord",   "Gerard",   "Gerardo",   "Gilbert",
    "Gilberto",  "Gonzalo",  "Grady",     "Grover",      "Guillermo", "Harris",   "Haywood",   "Hershel",
    "Horace",    "Isaiah",   "Jaime",     "Jamey",       "Jasper",    "Jc",       "Jed",       "Jefferson",
    "Jeffrey",   "Jeramy",   "Jere",      "Jesse",       "Jewel",     "Jimmy",    "Jose",      "Juan",
    "Kelley",    "Kelly",    "Kent",      "Kevin",       "Kory",      "Laurence", "Laverne",   "Leonel",
    "Linwood",   "Lon",      "Lorenzo",   "Luther",      "Lynwood",   "Manual",   "Marcelino", "Mariano",
    "Marion",    "Maurice",  "Merlin",    "Michel",      "Mickey",    "Mike",     "Mikel",     "Millard",
    "Mohammed",  "Morgan",   "Nathanial", "Noble",       "Noel",      "Odell",    "Orval",     "Parker",
    "Patrick",   "Pedro",    "Phillip",   "Rafael",      "Reggie",    "Ricardo",  "Rodrigo",   "Romeo",
    "Roosevelt", "Ross",     "Royce",     "Rudy",        "Russ",      "Salvador", "Samual",    "Samuel",
    "Sanford",   "Santo",    "Sergio",    "Shirley",     "Spencer",   "Steven",   "Taylor",    "Ted",
    "Teodoro",   "Terrence", "Thad",      "Thaddeus",    "Theo",      "Tim",      "Timmy",     "Tobias",
    "Tomas",     "Tommie",   "Tracey",    "Tyler",       "Vern",      "Virgil",   "Von",       "Walker",
    "Walter",    "Waylon",   "Wayne",     "Wilbur",      "Williams",  "Willian",  "Wilton",    "Wm",
};

static const char *const last_names[] = {
    "Abernathy",   "Adams",       "Altenwerth", "Anderson",   "Aufderhar",  "Bahringer", "Bailey",       "Barrows",
    "Bartoletti",  "Barton",      "Bayer",      "Beahan",     "Beatty",     "Bechtelar", "Becker",       "Bednar",
    "Beer",        "Berge",       "Bergstrom",  "Bernhard",   "Bernier",    "Bins",      "Blanda",       "Blick",
    "Block",       "Boehm",       "Borer",      "Bosco",      "Boyer",      "Bradtke",   "Braun",        "Brekke",
    "Brown",       "Carter",      "Cartwright", "Casper",     "Cassin",     "Conn",      "Connelly",     "Conroy",
    "Considine",   "Corkery",     "Cormier",    "Cremin",     "Crist",      "Crooks",    "Cruickshank",  "Cummings",
    "D'Amore",     "Daniel",      "Dare",       "Davis",      "Deckow",     "Denesik",   "Dickens",      "Dietrich",
    "Donnelly",    "Dooley",      "Douglas",    "Doyle",      "Ebert",      "Effertz",   "Eichmann",     "Erdman",
    "Fadel",       "Farrell",     "Fay",        "Feeney",     "Feest",      "Feil",      "Ferry",        "Flatley",
    "Franecki",    "Friesen",     "Fritsch",    "Funk",       "Gaylord",    "Gerlach",   "Gislason",     "Glover",
    "Goldner",     "Goodwin",     "Gorczany",   "Gottlieb",   "Grady",      "Graham",    "Grant",        "Green",
    "Greenfelder", "Greenholt",   "Grimes",     "Gulgowski",  "Gusikowski", "Haag",      "Hagenes",      "Hamill",
    "Hammes",      "Hand",        "Hane",       "Harber",     "Harris",     "Heathcote", "Heidenreich",  "Hermann",
    "Hermiston",   "Herzog",      "Hickle",     "Hilll",      "Hilpert",    "Hintz",     "Hoppe",        "Howell",
    "Hudson",      "Huel",        "Jacobi",     "Jacobs",     "Jakubowski", "Jast",      "Jenkins",      "Jerde",
    "Johns",       "Keebler",     "Keeling",    "Kertzmann",  "Kessler",    "Kihn",      "Koelpin",      "Kohler",
    "Konopelski",  "Koss",        "Kovacek",    "Kreiger",    "Kris",       "Kshlerin",  "Kuhlman",      "Kunze",
    "Kuphal",      "Kutch",       "Labadie",    "Lakin",      "Lang",       "Langworth", "Larkin",       "Lebsack",
    "Legros",      "Lehner",      "Lesch",      "Leuschke",   "Lind",       "Little",    "Lowe",         "Lubowitz",
    "Lueilwitz",   "Luettgen",    "Macejkovic", "Maggio",     "Marks",      "Marvin",    "McClure",      "McCullough",
    "McLaughlin",  "Mertz",       "Metz",       "Mills",      "Mitchell",   "Mohr",      "Monahan",      "Moore",
    "Morar",       "Morissette",  "Muller",     "Murazik",    "Nader",      "Nicolas",   "Nienow",       "Nikolaus",
    "Nitzsche",    "Nolan",       "O'Conner",   "O'Kon",      "O'Reilly",   "Okuneva",   "Ondricka",     "Orn",
    "Osinski",     "Pacocha",     "Padberg",    "Pagac",      "Parisian",   "Parker",    "Pfannerstill", "Pfeffer",
    "Pollich",     "Powlowski",   "Predovic",   "Price",      "Prohaska",   "Quigley",   "Quitzon",      "Rath",
    "Rau",         "Reichel",     "Reichert",   "Reinger",    "Rempel",     "Reynolds",  "Rice",         "Robel",
    "Roberts",     "Rogahn",      "Rohan",      "Romaguera",  "Rosenbaum",  "Ruecker",   "Runolfsson",   "Rutherford",
    "Sanford",     "Satterfield", "Sawayn",     "Schaden",    "Schaefer",   "Schiller",  "Schinner",     "Schmeler",
    "Schmidt",     "Schmitt",     "Schoen",     "Schowalter", "Schroeder",  "Schulist",  "Schumm",       "Schuppe",
    "Schuster",    "Shanahan",    "Shields",    "Sipes",      "Skiles",     "Smith",     "Smitham",      "Spencer",
    "Stamm",       "Stanton",     "Stehr",      "Stiedemann", "Streich",    "Stroman",   "Strosin",      "Swift",
    "Torp",        "Torphy",      "Towne",      "Trantow",    "Tremblay",   "Upton",     "Vandervort",   "Walker",
    "Walter",      "Ward",        "Wehner",     "Weimann",    "Welch",      "West",      "White",        "Wiegand",
    "Wilderman",   "Wilkinson",   "Will",       "Williamson", "Willms",     "Wisoky",    "Wisozk",       "Witting",
    "Wiza",        "Wolff",       "Wunsch",     "Wyman",      "Yost",       "Yundt",     "Zieme",        "Zulauf",
};

static const char *const spanish_female_names[] = {
    "Ana",  "Anita",         "Beatriz",  "Conchita", "Daniela",  "Guillermina",
    "Inés", "María Soledad", "Mercedes", "Mónica",   "Verónica", "Ángela",
};

static const char *const spanish_male_names[] = {
    "Adán",      "Agustín", "Alberto",  "Francisco", "Joaquín", "José Eduardo",
    "José Luis", "Julio",   "Patricio", "Timoteo",   "Vicente",
};

static const char *const spanish_last_names[] = {
    "Almanza",    "Aparicio", "Avilés",    "Castañeda", "Casárez", "Chavarría", "Delrío",   "Espinosa",
    "Figueroa",   "Gómez",    "Hernandes", "Hernádez",  "Juárez",  "Lebrón",    "Menéndez", "Meraz",
    "Miramontes", "Nájera",   "Ochoa",     "Patiño",    "Peña",    "Rolón",     "Saldaña",  "Villalobos",
};

#endif
