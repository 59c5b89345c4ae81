"""Words of danger in English, German, Dutch, Swedish, Danish and Norwegian."""

from chalicelib.scoring.danger.kinds import Danger

GERMANIC: dict[str, dict[Danger | None, str]] = {
    "en": {
        Danger.PEOPLE: """
            trapped | stuck in .. lift | stuck in .. elevator | injured | injury | injuries |
            bleeding | unconscious | unresponsive | collapsed | passed out | ambulance |
            paramedic* | can't breathe | cannot breathe | cant breathe | struggling to breathe |
            not breathing | stopped breathing | heart attack | having a seizure | choking |
            drowning | electrocuted | exploded | explosion | caught fire | on fire | fire alarm
            | smell* .. gas | gas leak | smoke in | smoke from | smoke everywhere | carbon
            monoxide | poisoned | poisoning | allergic reaction | anaphyla* | insulin | oxygen |
            in hospital | hospitali* | contaminated | salmonella | glass in my | life
            threatening | is missing | left alone | stranded .. child
        """,
        Danger.THREAT: """
            kill myself | kill you | kill them | kill him | kill her | kill everyone | end my
            life | suicide | suicidal | want to die | bomb | bomb threat | blow up your | will
            shoot | going to shoot | with a knife | with a gun | gunman
        """,
        Danger.BREACH: """
            data breach | data leak | leaked .. data | leaked .. details | passwords .. leaked |
            other people* orders | someone else* account | someone else* details | ransomware |
            hacked | phishing | fraud | fraudulent | scammed
        """,
        Danger.ABUSE: """
            racist | racism | racial* | sexist | homophobic | transphobic | antisemitic |
            discriminat* | assaulted | groped | molested | harassed | sexual* harass* |
            denied .. wheelchair
        """,
        Danger.OUTAGE: """
            outage | blackout | power cut | site .. down | website .. down | app .. down |
            system .. down | server .. down | network .. down | payments .. down | nobody can |
            no one can
        """,
        Danger.PRESS: """
            journalist | press enquiry | press inquiry | boycott | lawyer | lawsuit | class
            action | regulator | ombudsman
        """,
        None: """
            no one .. hurt | nobody .. hurt | no one .. injured | nobody .. injured | no
            injuries | not injured | no one .. trapped | nobody .. trapped
        """,
    },
    "de": {
        Danger.PEOPLE: """
            brennt | es brennt | *brand | feuer | *feueralarm | rauch | *rauch | explod* |
            explos* | verletzt* | schwerverletzt* | blutet | bewusstlos* | ohnmächtig* | nicht
            .. ansprechbar | zusammengebrochen | kollabiert | krankenwagen | notarzt* |
            rettungsdienst | rettungswagen | sanitäter* | feuerwehr | erstick* | keine luft |
            atmet nicht | atmet kaum | herzinfarkt | schlaganfall | krampfanfall | eingesperrt |
            eingeschlossen | eingeklemmt | steck* .. fest | ertrink* | gasgeruch | riecht nach
            gas | *gasleck | vergift* | lebensmittelvergiftung | salmonell* | allergisch* schock
            | allergisch* reaktion | anaphyla* | lebensgefahr | lebensgefährlich* | stromschlag
            | im krankenhaus | intensivstation | kind .. allein | vermisst* | glassplitter |
            verunreinigt* | kohlenmonoxid | fahrer .. eingeschlafen
        """,
        Danger.THREAT: """
            bring* .. um | umbringen | töten | abstechen | erschießen | *bombe | *bombendrohung
            | selbstmord | suizid* | nicht mehr leben | will sterben | mit der axt | mit einer
            axt | mit dem messer | mit einem messer | messer | waffe | amoklauf | anzünden |
            leben nehmen
        """,
        Danger.BREACH: """
            datenleck* | datenpanne* | datendiebstahl | fremde konto* | fremde daten | fremde
            rechnung* | fremde bestellung* | fremden konto* | daten anderer | gehackt* | betrug
            | betrüger* | phishing* | passwörter .. netz
        """,
        Danger.ABUSE: """
            rassis* | diskriminier* | sexis* | begrapscht | belästigt | sexuell* | antisemit* |
            homophob* | vergewaltig* | geschlagen | angegriffen
        """,
        Danger.OUTAGE: """
            stromausfall | *ausfall | störung | *störung | nicht erreichbar | geht nichts mehr |
            nichts geht mehr | funktioniert nicht | abgestürzt | niemand kann | lahmgelegt |
            server .. down | system .. down
        """,
        Danger.PRESS: """
            journalist* | presseanfrage* | stellungnahme | boykott* | sammelklage | anwalt |
            anwältin | verklag* | strafanzeige | verbraucherschutz | konsumentenschutz |
            aufsichtsbehörde
        """,
        None: """
            niemand .. verletzt* | keine verletzt* | verletzt .. niemand | nicht verletzt |
            keiner .. verletzt | kein brand | kein feuer
        """,
    },
    "nl": {
        Danger.PEOPLE: """
            brand | in brand | *brand | brandt | brandalarm | rook | vuur | ontploft |
            ontploffing | explosie | gewond* | bloedt | bloeden | bewusteloos | flauwgevallen |
            ingestort | in elkaar gezakt | ambulance* | brandweer | stik* | geen adem | niet
            ademen | ademt niet | hartaanval | hartstilstand | beroerte | opgesloten | zit* vast
            in .. lift | vast in .. lift | zitten vast | bekneld | verdrink* | gaslucht | gaslek
            | ruikt naar gas | vergift* | voedselvergiftiging | salmonella | allergische reactie
            | levensgevaar* | elektrocut* | ziekenhuis | spoedeisende | kind .. alleen | vermist
            | koolmonoxide | valt in slaap | in slaap .. stuur
        """,
        Danger.THREAT: """
            vermoord* | doodmaken | maak .. dood | neersteken | neerschieten | *bom | bommelding
            | zelfmoord | zelfdoding | wil .. dood | niet meer leven | met een mes | mes | wapen
            | steek .. in brand
        """,
        Danger.BREACH: """
            datalek | gelekt* | gehackt | gegevens van anderen | gegevens van een ander | van
            een ander | dossier* .. ander | account van iemand | phishing | oplichting |
            opgelicht | fraude
        """,
        Danger.ABUSE: """
            racis* | discriminat* | discrimineer* | gediscrimineerd | seksis* | aangerand |
            betast | aanrand* | verkracht* | geslagen | antisemit* | homofob*
        """,
        Danger.OUTAGE: """
            storing | stroomstoring | ligt plat | ligt eruit | plat .. hele land | niet
            bereikbaar | onbereikbaar | doet het niet | werkt niet | niemand kan | stroom
            uitgevallen | uitgevallen
        """,
        Danger.PRESS: """
            journalist* | persvragen | reactie .. krant | boycot* | advocaat | rechtszaak |
            aangifte | massaclaim | toezichthouder
        """,
        None: "niemand .. gewond | geen gewonden | niet gewond | geen slachtoffers",
    },
    "sv": {
        Danger.PEOPLE: """
            brinner | *brand | branden | eldsvåda | rök | röken | explod* | explos* | skadad* |
            blöder | medvetslös* | svimmade | kollapsade | ambulans* | brandkår* |
            räddningstjänst* | kan inte andas | får inte luft | andas inte | kväv* |
            hjärtinfarkt | hjärtattack | hjärtstopp | stroke | instängd* | inlåst* | fast i
            hiss* | sitter fast | drunkn* | gasläcka | luktar gas | förgift* | matförgift* |
            salmonella | allergisk chock | allergisk reaktion | anafyla* | livsfara |
            livshotande | akuten | sjukhus* | barn .. ensam* | försvunn* | kolmonoxid | somnar
            vid ratten | nödläge
        """,
        Danger.THREAT: """
            döda | mörda | skjuta | knivhugg* | med kniv | kniv | bomb | bombhot | självmord |
            ta mitt liv | vill dö | vill inte leva | vapen | pistol | hotar
        """,
        Danger.BREACH: """
            dataläcka | dataintrång | läckt* | hackad* | hackat | kapat | andras uppgifter |
            någon annans | bedrägeri* | lurad | nätfiske | phishing
        """,
        Danger.ABUSE: """
            rasis* | diskrimin* | sexis* | tafsa* | antasta* | trakasser* | våldt* | misshandl*
            | antisemit* | homofob*
        """,
        Danger.OUTAGE: """
            strömavbrott | avbrott | ligger nere | funkar inte | fungerar inte | inte nåbar |
            driftstörning* | ingen kan | har kraschat | nere för alla
        """,
        Danger.PRESS: """
            journalist* | reporter | kommentar .. artikel | bojkott* | advokat | stämning* |
            stämma er | polisanmäl* | konsumentverket | tillsynsmyndighet*
        """,
        None: "ingen .. skadad* | inga skadade | inte skadad*",
    },
    "da": {
        Danger.PEOPLE: """
            brænder | *brand | ildebrand | røg | røgen | eksplod* | eksplos* | kvæst* | såret |
            kommet til skade | bløder | bevidstløs* | besvimet | faldet om | kollapset |
            ambulance* | brandvæsen* | kan ikke trække vejret | trækker ikke vejret | kvæl* |
            hjertestop | hjerteanfald | blodprop | fanget i | spærret inde | låst inde | sidder
            fast | drukne* | gaslugt | lugter af gas | gasudslip | forgift* | madforgift* |
            salmonella | allergisk chok | allergisk reaktion | anafyla* | livsfare | livstruende
            | skadestuen | hospitalet | barn .. alene | savnet | kulilte | falder i søvn
        """,
        Danger.THREAT: """
            dræbe* | slå .. ihjel | myrde | skyde | stikke .. ned | med kniv | kniv | bombe* |
            selvmord* | tage mit liv | vil dø | vil ikke leve | våben | pistol
        """,
        Danger.BREACH: """
            datalæk | databrud | lækket* | hacket | andres oplysninger | en andens | svindel |
            svindlet | snydt | phishing | bedrageri
        """,
        Danger.ABUSE: """
            racis* | diskrimin* | sexis* | befamlet | gramset | chikane* | krænk* | voldt* |
            overfald* | antisemit* | homofob*
        """,
        Danger.OUTAGE: """
            strømafbrydelse | strømsvigt | nedbrud | er nede | ligger ned | virker ikke |
            driftsforstyrrelse* | ingen kan | er gået ned
        """,
        Danger.PRESS: """
            journalist* | kommentar til | boykot* | boycot* | advokat | sagsøge* | sagsøger |
            politianmeld* | forbrugerombuds* | datatilsynet
        """,
        None: "ingen .. skade | ingen .. kvæst* | ingen tilskadekomne | ikke kommet til skade",
    },
    "no": {
        Danger.PEOPLE: """
            brenner | det brenner | *brann | brannen | røyk | røyken | eksplod* | eksplos* |
            skadet | skadd | blør | bevisstløs* | besvimt | falt om | kollapset | ambulanse* |
            brannvesen* | får ikke puste* | får ikke pusten | kan ikke puste | puster ikke |
            kvel* | hjerteinfarkt | hjertestans | hjerneslag | fanget i | innesperret | innelåst
            | sitter fast | står fast i heis* | drukne* | gasslukt | lukter gass | gasslekkasje
            | forgift* | matforgift* | salmonella | allergisk sjokk | allergisk reaksjon |
            anafyla* | livsfare | livstruende | legevakt* | sykehus* | barn .. alene | savnet |
            kullos | sovner bak rattet | nødsituasjon
        """,
        Danger.THREAT: """
            drepe | drep | myrde | skyte | knivstikk* | med kniv | kniv | bombe* | selvmord* |
            ta livet | vil dø | vil ikke leve | våpen | pistol
        """,
        Danger.BREACH: """
            datalekkasje | datainnbrudd | lekket | lekka | hacket | hacka | andres opplysninger
            | noen andres | svindel | svindlet | phishing
        """,
        Danger.ABUSE: """
            rasis* | diskriminer* | sexis* | sjikane* | trakasser* | tafset | befølt | voldt* |
            overgrep* | overfalt | antisemit* | homofob*
        """,
        Danger.OUTAGE: """
            strømbrudd | strømbrot | er nede | ligger nede | virker ikke | fungerer ikke |
            driftsstans | nedetid | ingen kan | har krasjet
        """,
        Danger.PRESS: """
            journalist* | kommentar til | boikott* | advokat* | saksøk* | politianmeld* |
            forbrukertilsynet | forbrukerrådet | datatilsynet
        """,
        None: "ingen .. skadet | ingen .. skadd | ingen skadde | ikke skadet",
    },
}
"""By ISO 639-1 code; under None stands what denies a danger."""
