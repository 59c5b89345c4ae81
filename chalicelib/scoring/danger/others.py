"""Words of danger in Finnish, Estonian, Hungarian, Greek and Turkish."""

from chalicelib.scoring.danger.kinds import Danger

OTHERS: dict[str, dict[Danger | None, str]] = {
    "fi": {
        Danger.PEOPLE: """
            tulipalo* | palaa | tulessa | liekeissä | savu* | räjäh* | loukkaan* | haavoittu* |
            vuotaa verta | tajuton* | tajuttom* | pyörty* | lyyhisty* | ambulans* | palokunta* |
            pelastuslaito* | ei pysty hengittämään | en pysty hengittämään | en saa henkeä | ei
            saa henkeä | ei hengitä | tukehtu* | sydänkohtau* | sydäninfarkt* | aivohalvaus* |
            jumissa hississä | hissi* .. jumissa | loukussa | lukittu sisään | hukku* | kaasun
            haju* | kaasuvuoto* | haisee kaasu* | myrkyt* | salmonell* | allergi* reaktio |
            anafyl* | hengenvaar* | vaarassa | sairaala* | päivysty* | lapsi .. yksin | kadonnu*
            | häkä | häkämyrkyty* | nukaht*
        """,
        Danger.THREAT: """
            tapan | tappaa | tappaisin | itsemurh* | haluan kuolla | en halua elää | pommi* |
            pommiuhka* | puukko* | puuko* | veitsi | veits* | ase | aseen | aseella | ampu* |
            ammun | uhkaa | uhkail*
        """,
        Danger.BREACH: """
            tietovuo* | tietomur* | vuotan* tiedot | toisen tili* | toisten tiedot | muiden
            tiedot | hakkeroi* | murrettu | huijau* | huijattu | petos | tietojenkalastelu*
        """,
        Danger.ABUSE: """
            rasis* | syrji* | seksis* | ahdistel* | kouri* | lähenteli | raiska* | pahoinpi* |
            hyökkäsi | homofob* | antisemit*
        """,
        Danger.OUTAGE: """
            sähkökatko* | ei toimi | eivät toimi | kaatunut | kaatui | käyttökatko* | häiriö* |
            nurin | alhaalla | kukaan ei pääse | kukaan ei voi
        """,
        Danger.PRESS: """
            toimittaja* | boikot* | asianaja* | haaste* | oikeuteen | rikosilmoit* |
            kuluttaja-asiamie* | kuluttajaviranom*
        """,
        None: "kukaan ei loukkaan* | ei loukkaantuneita | ei henkilövahinkoja",
    },
    "et": {
        Danger.PEOPLE: """
            tulekahju* | põleb | leekides | suits | suitsu | plahvat* | vigasta* | verd jookseb
            | teadvuse* | minestas | kokku kukku* | kiirabi* | päästeam* | ei saa hingata | ei
            hinga | lämbu* | infarkt* | insult | insuldi* | lõksus | liftis kinni | kinni jäänud
            | uppu* | gaasi lõhn* | gaasileke* | mürgit* | allergi* reaktsioon | anafüla* |
            eluohtlik* | ohus | haigla* | laps .. üksi | kadunud | appi
        """,
        Danger.THREAT: """
            tapan | tappa | enesetap* | tahan surra | pomm* | nuga | noaga | relv* | püstol* |
            tulista* | ähvarda*
        """,
        Danger.BREACH: """
            andmeleke* | lekki* andme* | teiste andme* | võõra* konto* | häki* | pettus* |
            petetud | õngitsus*
        """,
        Danger.ABUSE: """
            rassis* | diskrimin* | seksis* | ahista* | kobamas | vägista* | ründas | peksis |
            homofoob* | antisemiit*
        """,
        Danger.OUTAGE: """
            ei tööta | elektrikatkestus* | katkestus* | rike | keegi ei saa | kokku jooksnud
        """,
        Danger.PRESS: """
            ajakirjanik* | boikott* | advokaat* | advokaad* | kohtusse | politseiavaldus* |
            tarbijakaitse*
        """,
        None: "keegi ei saanud viga | keegi ei saanud vigasta* | vigastatuid ei ole",
    },
    "hu": {
        Danger.PEOPLE: """
            tűz van | ég a | kigyulladt | lángol | tűz | tűzoltó* | füst | füstöl* | robban* |
            felrobban* | megsérül* | sérült* | vérzik | eszméletlen* | elájul* | összeesett |
            rosszul lett | mentő | mentőt | mentők | mentőket | nem kap levegőt | nem kapok
            levegőt | nem lélegzik | fullad* | megfullad* | szívroham* | infarktus* | stroke |
            beszorult* | bent rekedt* | bennragadt* | beragadt* a lift* | bezárva | bezártak |
            gázszag* | gázszivárg* | mérgez* | ételmérgez* | szalmonell* | allergiás reakció* |
            allergiás roham* | anafil* | életveszély* | veszélyben | áramütés* | kórház* |
            gyerek .. egyedül | eltűnt* | szennyezett | szénmonoxid* | elalszik .. volán*
        """,
        Danger.THREAT: """
            megöl* | megölöm | öngyilk* | meg akarok halni | nem akarok élni | bomba | bombát |
            bombariadó* | kés | késsel | fegyver* | pisztoly* | lelő* | megfenyeget* | fenyeget*
            | felgyújt*
        """,
        Danger.BREACH: """
            adatszivárg* | kiszivárg* | mások adatai* | más adatai* | más számlá* | más fiókj* |
            idegen fiók* | feltört* | meghack* | csalás* | csaló* | átvert* | adathalász*
        """,
        Danger.ABUSE: """
            rasszis* | diszkrimin* | szexis* | zaklat* | tapiz* | fogdos* | megerőszak* |
            megver* | megtámad* | homofób* | antiszemit*
        """,
        Danger.OUTAGE: """
            áramszünet* | nem működik | nem működnek | leállt* | leállás* | üzemzavar* |
            összeomlott | elérhetetlen* | senki nem tud | senki sem tud
        """,
        Danger.PRESS: """
            újságíró* | szerkesztőség* | bojkott* | ügyvéd* | beperel* | perelni | feljelent* |
            fogyasztóvédel* | bíróság*
        """,
        None: "senki .. sérült* | nincs sérült* | nincsenek sérült*",
    },
    "el": {
        Danger.PEOPLE: """
            φωτιά | φωτια* | πυρκαγι* | καίγεται | καίγονται | φλόγες | καπνό* | καπνοί |
            καπνούς | έκρηξη | εκρήξεις | τραυματ* | αιμορραγ* | αναίσθητ* | λιποθύμ* | λιποθυμ*
            | κατέρρευσε | ασθενοφόρο* | εκαβ | πυροσβεστικ* | δεν μπορώ να αναπνεύσω | δεν
            μπορεί να αναπνεύσει | δεν αναπνέει | πνίγ* | ασφυξία | έμφραγμα | εγκεφαλικό |
            εγκλωβ* | παγιδευ* | κλειδωμέν* | μυρίζει γκάζι | μυρωδιά αερίου | διαρροή αερίου |
            διαρροή γκαζιού | δηλητηρί* | σαλμονέλ* | αλλεργικ* αντίδρασ* | αλλεργικό σοκ |
            κίνδυνο ζωής | σε κίνδυνο | κινδυνεύ* | ηλεκτροπληξ* | νοσοκομεί* | παιδί .. μόνο |
            αγνοείται | αγνοούμεν* | μολυσμέν*
        """,
        Danger.THREAT: """
            σκοτώσω | θα σε σκοτώσ* | σκοτώσει | αυτοκτον* | θέλω να πεθάνω | δεν θέλω να ζω |
            βόμβα | μαχαίρι* | όπλο | πιστόλι | πυροβολ* | απειλ*
        """,
        Danger.BREACH: """
            διαρροή δεδομένων | διαρροή προσωπικών | στοιχεία άλλων | δεδομένα άλλων |
            λογαριασμό άλλου | χακαρ* | χάκαρ* | απάτη | απάτες | εξαπάτ* | phishing
        """,
        Danger.ABUSE: """
            ρατσισ* | διακρίσε* | σεξισ* | παρενόχλη* | παρενοχλ* | θώπευ* | βιασμ* | βίασ* |
            επιτέθηκ* | χτύπησ* | ομοφοβ* | αντισημιτ*
        """,
        Danger.OUTAGE: """
            δεν λειτουργεί | δεν λειτουργούν | δε λειτουργεί | δεν δουλεύει | έχει πέσει | έπεσε
            το | διακοπή ρεύματος | χωρίς ρεύμα | βλάβη | κανείς δεν μπορεί | εκτός λειτουργίας
        """,
        Danger.PRESS: """
            δημοσιογράφ* | μποϊκοτ* | μποικοτάζ | δικηγόρο* | μήνυση | αγωγή | δικαστήρι* |
            εισαγγελ* | συνήγορο* του καταναλωτή
        """,
        None: "κανείς .. τραυματ* | χωρίς τραυματ* | δεν υπάρχουν τραυματ*",
    },
    "tr": {
        Danger.PEOPLE: """
            yangın* | yanıyor | alev* | duman* | patla* | yaralı* | yaraland* | kanıyor |
            kanaması | bilinci* | bayıldı | bayılan | yığıldı | ambulans* | itfaiye* | nefes
            alamıyor* | nefes almıyor | boğul* | kalp krizi* | inme | mahsur* | asansörde kald*
            | kilitli kald* | sıkıştı* | gaz kokusu | gaz kaçağı | zehirlen* | salmonella |
            alerjik reaksiyon* | anafil* | hayati tehlike* | tehlikede | elektrik çarp* |
            hastane* | çocuk .. yalnız | uyukluyor | imdat
        """,
        Danger.THREAT: """
            öldür* | intihar* | ölmek istiyorum | yaşamak istemiyorum | bomba* | bıçak* | silah*
            | tabanca* | vuracağım | tehdit*
        """,
        Danger.BREACH: """
            veri sızıntı* | veri ihlali* | sızdı* | başkasının hesab* | başkalarının bilgi* |
            hacklen* | çalındı | dolandır* | sahte* | kimlik avı
        """,
        Danger.ABUSE: """
            ırkçı* | ayrımcı* | cinsiyetçi* | taciz* | tecavüz* | darp* | saldır* | homofob* |
            antisemit*
        """,
        Danger.OUTAGE: """
            çalışmıyor | çöktü | kesinti* | elektrik yok | elektrikler kesik | erişilemiyor |
            kimse giremiyor | kimse .. yapamıyor | arıza*
        """,
        Danger.PRESS: """
            gazeteci* | muhabir* | boykot* | avukat* | dava | mahkeme* | suç duyurusu | şikayet*
            | tüketici hakem*
        """,
        None: "yaralı yok | yaralanan yok | kimse yaralanmadı",
    },
}
"""By ISO 639-1 code; under None stands what denies a danger."""
