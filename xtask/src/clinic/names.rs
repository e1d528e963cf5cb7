//! Common names in several languages, with the letters that an e-mail address has for them.

/// A name as its people write it, and as an e-mail address does.
#[derive(Debug)]
pub(super) struct Name {
    /// With the letters of the language.
    pub(super) written: &'static str,
    /// With plain letters.
    pub(super) latin: &'static str,
}

/// How names are made in a language.
#[derive(Debug)]
pub(super) struct Language {
    /// What precedes a physician's name, with its space.
    pub(super) title: &'static str,
    /// Whether the family's name comes first.
    pub(super) family_first: bool,
    /// What stands between the two names.
    pub(super) between: &'static str,
    /// Names of persons.
    pub(super) given: &'static [Name],
    /// Names of families.
    pub(super) family: &'static [Name],
}

const fn name(written: &'static str, latin: &'static str) -> Name {
    Name { written, latin }
}

/// All of them.
pub(super) const LANGUAGES: &[Language] = &[
    Language {
        title: "Dr. ",
        family_first: false,
        between: " ",
        given: &[
            name("Amelia", "amelia"),
            name("Oliver", "oliver"),
            name("Grace", "grace"),
            name("Noah", "noah"),
            name("Hannah", "hannah"),
            name("Marcus", "marcus"),
            name("Eleanor", "eleanor"),
            name("Samuel", "samuel"),
            name("Priscilla", "priscilla"),
            name("Theodore", "theodore"),
            name("Naomi", "naomi"),
            name("Desmond", "desmond"),
            name("Ruth", "ruth"),
            name("Caleb", "caleb"),
            name("Ingrid", "ingrid"),
            name("Walter", "walter"),
            name("Beatrice", "beatrice"),
            name("Julian", "julian"),
        ],
        family: &[
            name("Bennett", "bennett"),
            name("O'Connor", "oconnor"),
            name("Whitfield", "whitfield"),
            name("Hughes", "hughes"),
            name("Abernathy", "abernathy"),
            name("Caldwell", "caldwell"),
            name("Donovan", "donovan"),
            name("Ellsworth", "ellsworth"),
            name("Pemberton", "pemberton"),
            name("Ramsey", "ramsey"),
            name("Sinclair", "sinclair"),
            name("Thornton", "thornton"),
            name("Underwood", "underwood"),
            name("Vance", "vance"),
            name("Winslow", "winslow"),
            name("Ashdown", "ashdown"),
            name("Okafor", "okafor"),
            name("Fitzgerald-Moore", "fitzgeraldmoore"),
        ],
    },
    Language {
        title: "Dra. ",
        family_first: false,
        between: " ",
        given: &[
            name("María José", "mariajose"),
            name("Íñigo", "inigo"),
            name("Lucía", "lucia"),
            name("Andrés", "andres"),
            name("Begoña", "begona"),
        ],
        family: &[
            name("Núñez de Castro", "nunez"),
            name("García López", "garcia"),
            name("Muñoz", "munoz"),
            name("Peña Ibáñez", "pena"),
            name("Sánchez", "sanchez"),
        ],
    },
    Language {
        title: "Dr. med. ",
        family_first: false,
        between: " ",
        given: &[
            name("Jürgen", "juergen"),
            name("Käthe", "kaethe"),
            name("Sören", "soeren"),
            name("Annelore", "annelore"),
            name("Björn", "bjoern"),
        ],
        family: &[
            name("Müller-Lüdenscheidt", "muellerluedenscheidt"),
            name("Weiß", "weiss"),
            name("Größer", "groesser"),
            name("von der Heide", "vonderheide"),
            name("Schröder", "schroeder"),
        ],
    },
    Language {
        title: "Dr ",
        family_first: false,
        between: " ",
        given: &[
            name("Zoé", "zoe"),
            name("François", "francois"),
            name("Hélène", "helene"),
            name("Jean-Noël", "jeannoel"),
            name("Maëlys", "maelys"),
        ],
        family: &[
            name("Lefèvre", "lefevre"),
            name("D'Aubigné", "daubigne"),
            name("Bœuf", "boeuf"),
            name("Château", "chateau"),
            name("Benoît", "benoit"),
        ],
    },
    Language {
        title: "د. ",
        family_first: false,
        between: " ",
        given: &[
            name("محمد", "mohammed"),
            name("فاطمة", "fatima"),
            name("يوسف", "yusuf"),
            name("ليلى", "layla"),
            name("عبد الله", "abdullah"),
        ],
        family: &[
            name("الحسيني", "alhusseini"),
            name("النجار", "alnajjar"),
            name("منصور", "mansour"),
            name("الخطيب", "alkhatib"),
        ],
    },
    Language {
        title: "डॉ. ",
        family_first: false,
        between: " ",
        given: &[
            name("प्रिया", "priya"),
            name("अर्जुन", "arjun"),
            name("लक्ष्मी", "lakshmi"),
            name("कृष्ण", "krishna"),
        ],
        family: &[
            name("शर्मा", "sharma"),
            name("पटेल", "patel"),
            name("श्रीवास्तव", "shrivastava"),
            name("गुप्ता", "gupta"),
        ],
    },
    Language {
        title: "",
        family_first: true,
        between: "",
        given: &[
            name("秀英", "xiuying"),
            name("伟", "wei"),
            name("静怡", "jingyi"),
            name("志强", "zhiqiang"),
        ],
        family: &[name("王", "wang"), name("李", "li"), name("欧阳", "ouyang"), name("陈", "chen")],
    },
    Language {
        title: "",
        family_first: true,
        between: " ",
        given: &[
            name("さくら", "sakura"),
            name("健太郎", "kentaro"),
            name("美咲", "misaki"),
            name("大輔", "daisuke"),
        ],
        family: &[
            name("佐藤", "sato"),
            name("渡辺", "watanabe"),
            name("小野寺", "onodera"),
            name("髙橋", "takahashi"),
        ],
    },
    Language {
        title: "",
        family_first: true,
        between: "",
        given: &[name("서연", "seoyeon"), name("민준", "minjun"), name("지우", "jiwoo")],
        family: &[name("김", "kim"), name("남궁", "namgung"), name("박", "park")],
    },
    Language {
        title: "д-р ",
        family_first: false,
        between: " ",
        given: &[name("Ольга", "olha"), name("Дмитро", "dmytro"), name("Соломія", "solomiia")],
        family: &[
            name("Шевченко", "shevchenko"),
            name("Їжакевич", "yizhakevych"),
            name("Ґалаґан", "galagan"),
        ],
    },
    Language {
        title: "lek. ",
        family_first: false,
        between: " ",
        given: &[name("Łucja", "lucja"), name("Grzegorz", "grzegorz"), name("Małgorzata", "malgorzata")],
        family: &[
            name("Brzęczyszczykiewicz", "brzeczyszczykiewicz"),
            name("Żółć", "zolc"),
            name("Wójcik", "wojcik"),
        ],
    },
    Language {
        title: "BS. ",
        family_first: true,
        between: " ",
        given: &[name("Thị Hồng Nhung", "nhung"), name("Quốc Việt", "viet"), name("Đức", "duc")],
        family: &[name("Nguyễn", "nguyen"), name("Trần", "tran"), name("Đặng", "dang")],
    },
    Language {
        title: "Uzm. Dr. ",
        family_first: false,
        between: " ",
        given: &[name("İpek", "ipek"), name("Işıl", "isil"), name("Çağrı", "cagri"), name("Ömer", "omer")],
        family: &[name("Yıldız", "yildiz"), name("Şahin", "sahin"), name("Özgür", "ozgur")],
    },
];
