"""Words of danger in Polish, Czech, Slovak, Croatian, Slovene, Bulgarian, Ukrainian, Russian."""

from chalicelib.scoring.danger.kinds import Danger

SLAVIC: dict[str, dict[Danger | None, str]] = {
    "pl": {
        Danger.PEOPLE: """
            pożar* | pali się | się pali | płonie | płoną | ogień | dym | dymu | wybuch* |
            eksplod* | eksplozj* | rann* | ranni | krwaw* | nieprzytomn* | zemdlał* | zasłabł* |
            karetk* | pogotowi* | straż pożarn* | strażak* | nie może oddychać | nie mogę
            oddychać | nie oddycha | dusi się | duszę się | udusi* | zawał* | udar | drgawk* |
            uwięzi* | utknę* | utkną* | zatrzaśnię* | zamknięt* w | topi się | uton* | czuć gaz
            | ulatnia się | wyciek gazu | zapach gazu | zatru* | salmonel* | reakcj* alergiczn*
            | anafilak* | zagrożenie życia | zagraża życiu | w niebezpieczeństw* | porażon* |
            szpital* | dzieck* .. samo | zaginą* | zaginę* | skażon* | zaczadz* | zasypia za
            kierownic* | ratunku | na pomoc
        """,
        Danger.THREAT: """
            zabij* | zabić | zabiję | samobójst* | chcę umrzeć | nie chcę żyć | skończyć ze sobą
            | bomb* | nóż | nożem | broń | pistolet* | strzela* | groz* | podpal*
        """,
        Danger.BREACH: """
            wyciek danych | wyciek* .. dan* | wyciekł* | cudze dane | dane innych | cudze konto
            | cudzego konta | zhakowa* | włama* | oszust* | oszuka* | wyłudz* | phishing
        """,
        Danger.ABUSE: """
            rasis* | rasizm* | dyskrymin* | seksis* | molest* | napast* | pobi* | napad* |
            zgwałc* | gwałt* | homofob* | antysemi*
        """,
        Danger.OUTAGE: """
            awari* | nie działa | nie działają | padł* | brak prądu | nie ma prądu | przerwa w
            dostawie | nikt nie może | wszystko stoi
        """,
        Danger.PRESS: """
            dziennikar* | redakcj* | bojkot* | adwokat* | prawnik* | pozew* | pozw* | do sądu |
            uokik | rzecznik* praw | rodo
        """,
        None: "nikt .. ranny | nikt .. ucierpiał | nikomu nic | brak rannych | nie ma rannych",
    },
    "cs": {
        Danger.PEOPLE: """
            požár* | hoří | v plamenech | kouř | kouře | výbuch* | vybuchl* | explod* | explozi*
            | zraněn* | zranil* | krvác* | bezvědom* | omdlel* | zkolabova* | sanitk* |
            záchrank* | hasič* | nemůžu dýchat | nemohu dýchat | nemůže dýchat | nedýchá | dusí
            | udusi* | infarkt* | mrtvic* | křeč* | uvězněn* | uvízl* | zaseknut* | zavřen* v |
            topí se | utopi* | cítit plyn | únik plynu | zápach plynu | otráv* | otrav* |
            salmonel* | alergick* reakc* | alergick* šok | anafyla* | ohrožení života | v
            ohrožení | v nebezpečí | nemocnic* | dítě .. samo | pohřešov* | kontaminov* | usíná
            za volant*
        """,
        Danger.THREAT: """
            zabij* | zabít | zabiju | sebevražd* | chci umřít | nechci žít | bomb* | nůž | nožem
            | zbraň | zbraní | pistol* | střílet | vyhrož* | podpál*
        """,
        Danger.BREACH: """
            únik dat | unikl* .. dat* | unikla data | cizí účet | cizí údaje | cizí data | údaje
            jiných | hacknut* | napaden* | podvod* | phishing
        """,
        Danger.ABUSE: """
            rasis* | diskrimin* | sexis* | obtěžov* | osahá* | napadl* | zbil* | znásiln* |
            homofob* | antisemit*
        """,
        Danger.OUTAGE: """
            výpadek | výpadk* | nefunguj* | nejde elektřin* | nejede | spadl* | mimo provoz |
            nikdo nemůže | bez proudu | nedostupn*
        """,
        Danger.PRESS: """
            novinář* | redakc* | bojkot* | advokát* | právník* | žalob* | žalova* | trestní
            oznámení | k soudu | obchodní inspekc* | čoi
        """,
        None: "nikdo .. zraněn* | nikdo se nezranil | bez zranění",
    },
    "sk": {
        Danger.PEOPLE: """
            požiar* | horí | v plameňoch | dym | dymu | výbuch* | vybuch* | explod* | explózi* |
            zranen* | zranil* | krváca* | bezvedom* | odpadol | odpadla | skolabova* | sanitk* |
            záchrank* | hasič* | nemôžem dýchať | nemôže dýchať | nedýcha | dusí | udusi* |
            infarkt* | mŕtvic* | uväznen* | uviazn* | zaseknut* | zatvoren* v | topí sa | utopi*
            | cítiť plyn | únik plynu | otráv* | otrav* | salmonel* | alergick* reakci* |
            anafyla* | ohrozenie života | v ohrození | v nebezpečenstve | nemocnic* | dieťa ..
            samo | nezvestn* | kontaminov* | zaspáva za volant*
        """,
        Danger.THREAT: """
            zabij* | zabiť | zabijem | samovražd* | chcem zomrieť | nechcem žiť | bomb* | nôž |
            nožom | zbraň | pištoľ* | strieľať | vyhráž* | podpál*
        """,
        Danger.BREACH: """
            únik dát | únik údajov | unikli | cudzí účet | cudzie údaje | údaje iných | hacknut*
            | napadnut* | podvod* | phishing
        """,
        Danger.ABUSE: """
            rasis* | rasizm* | diskrimin* | sexis* | obťažov* | ohmatáva* | napadol | napadli |
            zbil* | znásiln* | homofób* | antisemit*
        """,
        Danger.OUTAGE: """
            výpadok | výpadk* | nefunguj* | spadl* | mimo prevádzky | nikto nemôže | bez prúdu |
            nedostupn*
        """,
        Danger.PRESS: """
            novinár* | redakci* | bojkot* | advokát* | právnik* | žalob* | žalova* | trestné
            oznámenie | na súd | obchodná inšpekcia
        """,
        None: "nikto .. zranen* | nikto sa nezranil | bez zranení",
    },
    "hr": {
        Danger.PEOPLE: """
            požar* | gori | u plamenu | vatra | dim | eksplod* | eksploz* | ozlijeđ* | ozljed* |
            povrijeđ* | povređen* | krvari | nesvjest* | nesvest* | onesvijest* | srušio se |
            srušila se | hitna pomoć | hitnu | vatrogasc* | ne može disati | ne mogu disati | ne
            mogu da dišem | ne diše | guši | gušim | ugušiti | infarkt* | moždani udar |
            zarobljen* | zaglavljen* | zaglavi* | zaključan* u | utapa | utopi* | miris plina |
            curi plin | curenje plina | miris gasa | otrova* | trovanje | salmonel* | alergijsk*
            reakcij* | anafila* | životna opasnost | u opasnosti | bolnic* | dijete .. samo |
            dete .. samo | nestal* | kontaminir* | upomoć | u pomoć
        """,
        Danger.THREAT: """
            ubit ću | ubiću | ubiti | ubij* | samoubojst* | samoubistv* | želim umrijeti | bomb*
            | nož | nožem | oružj* | pištolj* | pucat* | prijet* | pret* smrću | zapalit*
        """,
        Danger.BREACH: """
            curenje podataka | procurili | tuđi račun* | tuđe podatke | tuđi podaci | podaci
            drugih | hakiran* | hakovan* | prijevar* | prevar* | phishing
        """,
        Danger.ABUSE: """
            rasis* | rasiz* | diskrimin* | seksis* | napastov* | uznemirav* | zlostav* | silova*
            | napadnut* | pretuk* | homofob* | antisemit*
        """,
        Danger.OUTAGE: """
            ne radi | ne rade | pao sustav | pao sistem | srušio se sustav | nestanak struje |
            nema struje | nitko ne može | niko ne može | nedostup* | kvar
        """,
        Danger.PRESS: """
            novinar* | redakcij* | bojkot* | odvjetnik* | advokat* | tužb* | tužit* | prijava
            policiji | inspekcij*
        """,
        None: """
            nitko .. ozlijeđ* | niko .. povrijeđ* | niko .. povređen* | nema ozlijeđenih | nema
            povređenih
        """,
    },
    "sl": {
        Danger.PEOPLE: """
            požar* | gori | v plamenih | dim | eksplod* | eksploz* | poškodovan* | krvavi |
            nezavest* | omedle* | zgrudil* | rešilec | rešilca | gasilc* | ne more dihati | ne
            morem dihati | ne diha | duši | zadušit* | infarkt* | kap | ujet* | zataknjen* |
            zaklenjen* | utaplja | utopi* | smrdi po plinu | vonj po plinu | uhajanje plina |
            zastrup* | salmonel* | alergijsk* reakcij* | anafila* | življenjska nevarnost | v
            nevarnosti | bolnišnic* | otrok .. sam | pogrešan* | na pomoč
        """,
        Danger.THREAT: """
            ubil bom | ubiti | ubij* | samomor* | hočem umreti | nočem živeti | bomb* | nož |
            nožem | orožj* | pištol* | streljal* | grozi | zažgal*
        """,
        Danger.BREACH: """
            uhajanje podatkov | odtekanje podatkov | tuj račun | tuje podatke | podatki drugih |
            vdor | vdrli | prevar* | goljufij* | phishing
        """,
        Danger.ABUSE: """
            rasis* | rasiz* | diskrimin* | seksis* | nadlegov* | otipav* | posil* | napadel |
            napadli | pretepl* | homofob* | antisemit*
        """,
        Danger.OUTAGE: """
            ne deluje | ne delujejo | izpad | brez elektrike | nihče ne more | nedosegljiv* |
            sesul*
        """,
        Danger.PRESS: """
            novinar* | uredništv* | bojkot* | odvetnik* | tožb* | tožil* | ovadb* | inšpekcij*
        """,
        None: "nihče .. poškodovan* | ni poškodovanih | brez poškodb",
    },
    "bg": {
        Danger.PEOPLE: """
            пожар* | гори | пламъци | дим | експлоз* | взрив* | ранен* | пострадал* | кърви | в
            безсъзнание | припадна* | линейка | бърза помощ | пожарна* | не може да диша | не
            мога да дишам | не диша | задуша* | инфаркт* | инсулт* | заклещен* | заседнал* |
            затворени в | удави* | мирише на газ | изтичане на газ | отров* | натравя* |
            салмонел* | алергична реакция | анафила* | опасност за живота | в опасност | болниц*
            | дете .. само | изчезнал*
        """,
        Danger.THREAT: """
            убия | убие | убийств* | самоубий* | искам да умра | бомба | бомби | нож | оръжие |
            пистолет* | стреля* | заплаш*
        """,
        Danger.BREACH: """
            изтичане на данни | изтекли данни | чужд профил | чужди данни | чужда сметка |
            хакна* | измам* | фишинг
        """,
        Danger.ABUSE: """
            расис* | расиз* | дискримин* | сексис* | опипва* | тормоз* | изнасил* | нападна* |
            хомофоб* | антисемит*
        """,
        Danger.OUTAGE: """
            не работи | не работят | срив | няма ток | без ток | авария | никой не може |
            недостъп*
        """,
        Danger.PRESS: "журналист* | редакция* | бойкот* | адвокат* | дело | съд | жалба | кзп",
        None: "няма ранени | няма пострадали | никой .. пострадал*",
    },
    "uk": {
        Danger.PEOPLE: """
            пожеж* | горить | палає | дим | вибух* | поранен* | постраждал* | кровотеч* |
            непритомн* | знепритомн* | втратив свідомість | втратила свідомість | швидк*
            допомог* | швидку | рятувальник* | пожежник* | не може дихати | не можу дихати | не
            дихає | задиха* | задуш* | інфаркт* | інсульт* | застрягл* | застряг | замкнен* |
            заблокован* в | тоне | потон* | запах газу | витік газу | отру* | сальмонел* |
            алергічн* реакц* | анафіла* | загроза життю | у небезпеці | в небезпеці | лікарн* |
            дитин* .. сам* | зникл* | рятуйте
        """,
        Danger.THREAT: """
            вбити | вб'ю | уб'ю | вбиваю | самогуб* | хочу померти | не хочу жити | бомб* |
            заміновано | ніж | зброя | зброю | пістолет* | стріля* | погрож* | підпал*
        """,
        Danger.BREACH: """
            витік даних | злили дані | чужі дані | чужий акаунт | чужий рахунок | чужого рахунку
            | зламали | зламан* | шахра* | фішинг
        """,
        Danger.ABUSE: """
            расис* | расиз* | дискримін* | сексис* | домаган* | зґвалт* | побили | побив | напав
            | гомофоб* | антисеміт*
        """,
        Danger.OUTAGE: """
            не працює | не працюють | збій | немає світла | без світла | аварія | ніхто не може
            | недоступн*
        """,
        Danger.PRESS: """
            журналіст* | редакці* | бойкот* | адвокат* | позов* | до суду | скарг* |
            держпродспожив*
        """,
        None: "ніхто .. постраждав | ніхто .. поранен* | немає постраждалих",
    },
    "ru": {
        Danger.PEOPLE: """
            пожар* | горит | горим | в огне | дым | взрыв* | взорвал* | ранен* | пострадал* |
            кровь | истекает | без сознания | потерял* сознание | упал* в обморок | скорую |
            скорая | пожарных | пожарные | не может дышать | не могу дышать | не дышит | задыха*
            | задохн* | инфаркт* | инсульт* | застрял* | заперт* | заблокирован* в лифте | тонет
            | утонул* | пахнет газом | запах газа | утечка газа | отрав* | сальмонел* |
            аллергическ* реакц* | анафила* | угроза жизни | в опасности | больниц* | реб* ..
            один | ребенок .. одна | пропал* | спасите | засыпает за рулем
        """,
        Danger.THREAT: """
            убить | убью | убьет | самоубий* | покончить с собой | хочу умереть | не хочу жить |
            бомб* | заминирован* | нож | ножом | оружие | пистолет* | стреля* | угрож* | поджечь
        """,
        Danger.BREACH: """
            утечка данных | слили данные | чужие данные | чужой аккаунт | чужой счет | чужие
            заказы | взломал* | взломан* | мошенни* | обман* | фишинг
        """,
        Danger.ABUSE: """
            расис* | расиз* | дискримин* | сексис* | домогал* | домогат* | изнасил* | избил* |
            напал* | гомофоб* | антисемит*
        """,
        Danger.OUTAGE: """
            не работает | не работают | сбой | нет света | без света | авария | никто не может |
            недоступ* | упал сайт
        """,
        Danger.PRESS: """
            журналист* | редакци* | бойкот* | адвокат* | юрист* | в суд | иск | жалоб* |
            роспотребнадзор*
        """,
        None: "никто .. пострадал | никто .. ранен | нет пострадавших",
    },
}
"""By ISO 639-1 code; under None stands what denies a danger."""
