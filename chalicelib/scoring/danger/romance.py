"""Words of danger in French, Spanish, Italian, Portuguese, Romanian and Catalan."""

from chalicelib.scoring.danger.kinds import Danger

ROMANCE: dict[str, dict[Danger | None, str]] = {
    "fr": {
        Danger.PEOPLE: """
            incendie* | au feu | en feu | prend feu | pris feu | brûle | brule | ça brûle |
            fumée | explos* | blessé* | saigne | inconscient* | évanoui* | malaise | s'est
            effondré* | ambulance | samu | pompiers | urgences | étouff* | peut* pas respirer |
            peux pas respirer | peux plus respirer | peut plus respirer | arrive* pas à respirer
            | arrive* plus à respirer | ne respire | crise cardiaque | cardiaque | infarctus |
            avc | convuls* | coincé* | enfermé* | bloqué* dans .. ascenseur | pris au piège |
            piégé* | noyade | se noie | odeur de gaz | sent le gaz | fuite de gaz | intoxi* |
            empoisonn* | salmonel* | choc allergique | réaction allergique | anaphyla* | danger
            de mort | en danger | électrocut* | hôpital | hospitalisé* | enfant .. seul* |
            porté* disparu* | contaminé* | monoxyde | s'endort au volant
        """,
        Danger.THREAT: """
            tuer | vais le tuer | vais vous tuer | me tuer | suicid* | mourir | en finir | bombe
            | alerte à la bombe | fusil | couteau | arme | poignard* | tire dessus | tout faire
            sauter | égorger
        """,
        Danger.BREACH: """
            fuite de données | données .. volées | données d'autres | compte d'un autre | compte
            de quelqu'un d'autre | comptes des autres | piraté* | piratage | arnaqu* | fraude* |
            hameçonnage | phishing | mots de passe .. fuité*
        """,
        Danger.ABUSE: """
            racis* | discrimin* | sexis* | agress* | attouchement* | harcel* | harcèl* | viol |
            violée | antisémit* | homophob* | frappé* par
        """,
        Danger.OUTAGE: """
            en panne | panne générale | panne de courant | coupure | hors service | ne marche
            plus | ne fonctionne plus | inaccessible | planté | personne ne peut | tout est
            bloqué
        """,
        Danger.PRESS: """
            journaliste* | rédaction | boycot* | avocat* | porter plainte | porte plainte |
            tribunal | action collective | dgccrf | cnil
        """,
        None: "personne .. blessé* | aucun blessé | pas de blessé* | sans blessé* | pas blessé*",
    },
    "es": {
        Danger.PEOPLE: """
            incendio* | fuego | en llamas | se quema | quemando | humo | explot* | explos* |
            herid* | sangra | sangrando | inconsciente* | desmay* | se desplomó | colapsó |
            ambulancia* | bomberos | urgencias | no puedo respirar | no puede respirar | no
            respira | no podemos respirar | sin poder respirar | asfixi* | ahoga* | ahogando* |
            infarto | ataque al corazón | convuls* | atrapad* | encerrad* | ahog* | olor a gas |
            huele a gas | fuga de gas | intoxic* | envenen* | salmonel* | reacción alérgica |
            anafil* | peligro de muerte | en peligro | electrocut* | hospital | hospitalizad* |
            niñ* .. sol* | desaparecid* | contaminad* | socorro | auxilio | dando cabezadas | se
            duerme al volante | monóxido
        """,
        Danger.THREAT: """
            matar | voy a matar* | mataré | me mato | matarme | suicid* | quitarme la vida | no
            quiero vivir | quiero morir | bomba | pistola | cuchillo | navaja | arma | armado |
            disparar | apuñal* | amenaz*
        """,
        Danger.BREACH: """
            filtra* .. datos | datos filtrados | fuga de datos | datos de otr* | cuenta de otr*
            | cuentas de otr* | hacke* | jaque* | estafa* | fraude* | robo de datos | phishing
        """,
        Danger.ABUSE: """
            racis* | discrimin* | sexis* | machis* | agredi* | agresi* | acos* | manose* | violó
            | violación | homófob* | antisemit* | xenof*
        """,
        Danger.OUTAGE: """
            apagón | caído | caída general | caída del sistema | se cayó | no funciona | sin luz
            | sin servicio | corte de luz | nadie puede | fuera de servicio | sistema caído |
            colapsad*
        """,
        Danger.PRESS: """
            periodista* | redacción | boicot* | abogad* | demanda | demandar | denuncia* |
            denunciar | tribunal*
        """,
        None: "nadie .. herid* | no hay herid* | sin herid* | ningún herid* | ileso*",
    },
    "it": {
        Danger.PEOPLE: """
            incendio | fuoco | in fiamme | brucia | bruciando | fumo | esplos* | esplod* |
            ferit* | sanguina* | incosciente | svenut* | privo di sensi | collassat* | crollat*
            | ambulanza | vigili del fuoco | pompieri | pronto soccorso | non respira | non
            riesco a respirare | non riesce a respirare | non respiriamo | soffoc* | infarto |
            ictus | convuls* | intrappolat* | chiusi dentro | chiuso dentro | chiusa dentro |
            bloccat* .. ascensore | chiusi in | anneg* | odore di gas | puzza di gas | fuga di
            gas | avvelen* | intossic* | salmonell* | reazione allergica | anafil* | pericolo di
            vita | in pericolo | folgorat* | ospedale | ricoverat* | bambin* .. sol* | scomparso
            | contaminat* | monossido | si addormenta .. volante | colpo di sonno
        """,
        Danger.THREAT: """
            uccid* | ammazz* | suicid* | mi ammazzo | farla finita | voglio morire | togliermi
            la vita | bomba | pistola | coltello | col coltello | arma | armato | sparare |
            accoltell* | minacci*
        """,
        Danger.BREACH: """
            dati rubati | fuga di dati | violazione dei dati | dati di altri | dati di un altro
            | conto di un altro | conti di altri | hackerat* | truff* | frode | frodi | phishing
        """,
        Danger.ABUSE: """
            razzis* | discrimin* | sessis* | aggredit* | aggressione | molest* | palpeggi* |
            palpat* | stupr* | violentat* | omofob* | antisemit* | picchiat*
        """,
        Danger.OUTAGE: """
            non funziona | fuori servizio | blackout | guasto | è giù | sito giù | senza
            corrente | senza luce | irraggiungibile | nessuno può | nessuno riesce | tutto
            bloccato | disservizio
        """,
        Danger.PRESS: """
            giornalist* | redazione | boicott* | avvocat* | denuncia | denuncerò | querela |
            tribunale | class action | garante | associazione consumatori
        """,
        None: """
            nessuno .. ferit* | nessun ferito | nessun ferit* | senza feriti | non ci sono
            feriti
        """,
    },
    "pt": {
        Danger.PEOPLE: """
            incêndio* | pegando fogo | pegou fogo | fogo | em chamas | fumaça | fumo | explod* |
            explos* | ferid* | sangr* | inconsciente* | desmai* | desacordad* | passou mal |
            passando mal | ambulância | samu | inem | bombeiro* | pronto socorro | não consigo
            respirar | não consegue respirar | não respira | não está respirando | sufoc* |
            asfixi* | engasg* | infarto | enfarte | avc | ataque cardíaco | convuls* | pres* no
            elevador | presa no | presos no | preso no | preso na | trancad* | encurralad* |
            afog* | cheiro de gás | cheiro a gás | vazamento de gás | fuga de gás | intoxica* |
            envenen* | salmonel* | reação alérgica | anafil* | risco de vida | risco de morte |
            em perigo | eletrocut* | choque elétrico | hospital | internad* | criança .. sozinh*
            | desaparecid* | contaminad* | monóxido | socorro | cochilando | dormindo ao volante
        """,
        Danger.THREAT: """
            matar | vou matar | me matar | matar-me | suicíd* | tirar a minha vida | não quero
            viver | quero morrer | bomba | arma | faca | revólver | pistola | esfaque* | ameaça*
            | atirar
        """,
        Danger.BREACH: """
            vazamento de dados | vazou | vazaram | fuga de dados | dados de outr* | conta de
            outr* | contas de outr* | hacke* | conta invadida | golpe | fraude* | burla |
            phishing | clonad*
        """,
        Danger.ABUSE: """
            racis* | discrimin* | machis* | sexis* | agredi* | agressão | assédio | assediad* |
            assediou | apalp* | estupr* | violad* | homofob* | homofób* | antissemit*
        """,
        Danger.OUTAGE: """
            apagão | fora do ar | caiu o sistema | sistema caiu | não funciona | sem luz | sem
            energia | sem sistema | em baixo | ninguém consegue | ninguém pode | pane geral
        """,
        Danger.PRESS: """
            jornalista* | redação | boicot* | advogad* | processar | processo judicial | procon
            | deco | ministério público | denúncia | denunciar | tribunal
        """,
        None: """
            ninguém .. ferid* | ninguém .. machucou | não há ferid* | sem ferid* | nenhum ferido
        """,
    },
    "ro": {
        Danger.PEOPLE: """
            incendi* | foc | arde | a luat foc | fum | explod* | explozi* | rănit* | sângerează
            | inconștient* | leșinat* | a leșinat | prăbușit | ambulanță | ambulanța | smurd |
            pompieri* | la urgențe | nu pot respira | nu poate respira | nu mai respiră | nu
            respiră | sufoc* | infarct | stop cardiac | convulsi* | blocați în | blocat în |
            blocată în | captiv* | înec* | miros de gaz | miroase a gaz | scurgere de gaz* |
            intoxica* | otrăvi* | salmonel* | reacție alergică | anafil* | pericol de moarte |
            în pericol | electrocut* | spital* | copil* .. singur* | dispărut* | contaminat* |
            monoxid
        """,
        Danger.THREAT: """
            omor* | ucid* | sinucid* | vreau să mor | să mă omor | bombă | bomba | cuțit* |
            pistol* | armă | înjunghi* | împușc* | ameninț*
        """,
        Danger.BREACH: """
            scurgere de date | date furate | datele altor* | datele altcuiva | contul altcuiva |
            spart contul | hackuit* | fraud* | înșel* | țeap* | phishing
        """,
        Danger.ABUSE: """
            rasis* | rasist* | discrimin* | sexis* | agresat* | agresiun* | hărțui* | pipăit* |
            violat* | homofob* | antisemit* | bătut*
        """,
        Danger.OUTAGE: """
            nu funcționează | nu merge | a picat | picat | pană de curent | fără curent | fără
            energie | nimeni nu poate | indisponibil
        """,
        Danger.PRESS: """
            jurnalist* | redacți* | boicot* | avocat* | dau în judecată | plângere | proces |
            anpc | tribunal*
        """,
        None: "nimeni .. rănit* | niciun rănit | nu sunt răniți | fără răniți",
    },
    "ca": {
        Danger.PEOPLE: """
            incendi | foc | en flames | es crema | fum | explot* | explos* | ferit* | sagna* |
            inconscient* | desmai* | ambulància | bombers | urgències | no puc respirar | no pot
            respirar | no respira | ofeg* | infart | atrapat* | atrapad* | tancats a | olor de
            gas | fuita de gas | intoxic* | enverin* | reacció al·lèrgica | perill de mort |
            hospital | nen* .. sol* | desaparegu* | socors
        """,
        Danger.THREAT: """
            matar | mataré | suïcid* | vull morir | bomba | ganivet | pistola | arma | amenaç*
        """,
        Danger.BREACH: """
            fuita de dades | filtració de dades | dades d'altres | compte d'un altre | hackej* |
            estafa* | frau | phishing
        """,
        Danger.ABUSE: """
            racis* | discrimin* | masclis* | agredi* | agressi* | assetj* | grapej* | violació |
            homòfob*
        """,
        Danger.OUTAGE: """
            no funciona | apagada | sense llum | sense servei | caigut | caiguda | ningú pot |
            fora de servei
        """,
        Danger.PRESS: """
            periodista* | boicot* | advocat* | denúncia | denunciar | demanda | tribunal*
        """,
        None: "ningú .. ferit* | no hi ha ferits | sense ferits | cap ferit",
    },
}
"""By ISO 639-1 code; under None stands what denies a danger."""
