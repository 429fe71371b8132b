/** The words by which `wish.ts` tells what somebody wants. Lower case; what stands first in a clause is meant unless said. */

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}

function phrases(text: string): readonly (readonly string[])[] {
  const list = text.split('|').map((phrase) => phrase.trim().split(/\s+/))
  // The longest first: “I want you to” is not “I want”.
  return list.toSorted((a, b) => b.length - a.length)
}

/** Said before a wish, and nothing by themselves. */
export const FILLERS = phrases(
  `please | kindly | just | simply | ok | okay | hi | hello | hey | dear | gemini | assistant | now | well | so | then |
   and | but | or | also | first | firstly | next | finally | maybe | bitte | por favor | per favore | s'il te plaît |
   s'il vous plaît | alsjeblieft | пожалуйста`,
)

/** Ways to say “do”, which show that the language is English. */
export const OPENINGS = phrases(
  `i want you to | i want to see | i'd like to see | i'd love to see | i want to | i want | i need you to | i need to | i need | i would like you to | i would like to |
   i would like | i'd like you to | i'd like to | i'd like | i'd love to | i'd love | i wish | we want to | we want |
   we need to | we need | we would like to | we would like | we'd like to | we'd like | you should | you must |
   you need to | you have to | you are to | your task is to | your job is to | the task is to | the goal is to |
   help me to | help me | help us | try to | go ahead and | let's | let us | let me | feel free to`,
)

/** The same as a question: only with a verb of change is it no question after all. */
export const ASKING_OPENINGS = phrases(
  `can you | could you | would you | will you | can u | could u | can you help me | could you help me |
   would you mind | do you mind | can i | can we | could i | could we | may i | is it possible to | help me with | help with |
   would it be possible to | is there a way to | is there any way to | how about | what about | why not |
   why don't you | why don't we`,
)

export const CHANGING = words(`
  change edit modify adjust alter replace swap switch substitute exchange remove delete erase clean crop trim
  add insert put place paste append attach apply overlay combine merge blend stitch include
  blur unblur sharpen brighten darken lighten enhance improve retouch fix repair restore upscale enlarge shrink resize
  scale rotate flip mirror straighten zoom align extend expand outpaint inpaint uncrop widen
  colorize colourize colorise colourise recolor recolour tint saturate desaturate relight increase decrease reduce boost
  paint sketch render illustrate redraw repaint restyle stylize stylise reimagine style photoshop
  make create generate produce draw give let bring dress undo invert highlight underline annotate hide isolate smooth
  soften denoise dehaze decorate furnish redesign turn convert transform`)

/** They change something where one of `OBJECTS` follows; “light or dark”, “age of the man” and “fill out” do not. */
export const CHANGING_OBJECT = words(`
  age set cover pose close open clear cut fill light warm cool dim tone shade center centre frame move shift pan mask
  circle mark raise lower fade reveal color colour design take use build`)
export const OBJECTS = words(`
  the this that these those a an my our his her its their him them it me us all every everything everyone both up`)

/** Those whose object may be a text. */
export const MAKING = words(
  'make create generate produce draw design give get show provide prepare build compose',
)

/** Where what comes of it stands behind “into” or “to”. */
export const TURNING = words('turn convert transform')

export const CHANGING_PHRASES = phrases('keep only | keep just | leave only | get this | get it | get rid')

export const TELLING = words(`
  describe caption explain summarize summarise summary tell say list count name label tag title read ocr transcribe
  translate extract parse decode scan write rewrite draft answer respond reply output return print speak spell
  analyze analyse classify categorize categorise compare rank rate score review critique criticize evaluate
  assess judge grade estimate measure calculate compute solve determine figure guess infer interpret predict diagnose
  check verify validate confirm prove inspect examine discuss elaborate define outline brainstorm suggest recommend
  propose advise teach quiz roast know understand learn search identify find detect locate spot recognize recognise
  choose select pick mention report state quote google implement program`)

/** What is found may be what is to be changed: “find the cat and circle it”. */
export const LOCATING = words('identify find detect locate spot recognize recognise select choose pick')

export const ASKING = words(`
  what what's whats who who's whos whom whose which why why's how how's hows where's wheres when's is isn't are aren't
  was wasn't were weren't does doesn't did didn't has hasn't am ain't can can't could couldn't would wouldn't will
  won't should shouldn't may might shall any`)

/** They ask before one of `ASKED_OF`; elsewhere they do not: “do the sky in red”, “where the sky is, add clouds”. */
export const PERHAPS_ASKING = words('do don have had when where')
export const ASKED_OF = words(
  `i you we they he she it these those is are was were do does did can could should will`,
)

/** Conditions and stage directions: no wish, but one may follow. */
export const NEUTRAL = phrases(
  `look | see | consider | imagine | pretend | suppose | assume | note | remember | act | think | take a look |
   have a look | keep | preserve | leave | maintain | retain | don't | do not | never | avoid | ensure | make sure |
   be sure | be`,
)

/** Whoever begins with these says something. */
export const PRONOUNS = words("i i'm i've we you you're he she it it's they there there's here here's that's")

/** These begin a statement where a verb like `FINITE` follows, and else name what is to be seen. */
export const DETERMINERS = words(
  'this that these those the a an my our his her their its your all some every',
)
export const FINITE = words(`
  is are was were isn't aren't has have had looks look seems appears shows contains should must needs need ought shall
  will would could can`)
export const OBLIGING = words('should must needs need ought shall')

/** Texts one can ask for, as the last word of what is asked for. */
export const TEXTS = words(`
  text texts words word caption captions description descriptions summary summaries synopsis title titles heading
  headline name names list lists lists bullets poem poems haiku limerick song lyrics story stories tale essay article
  report review blog post tweet email letter message joke jokes sentence sentences paragraph paragraphs transcript
  transcription translation answer answers reply response explanation analysis overview breakdown information info
  details facts data feedback advice opinion thoughts comments critique tips hints ideas suggestions recommendations
  instructions steps directions recipe recipes ingredients keywords tags hashtags labels categories code table spreadsheet number numbers count total amount score rating estimate coordinates
  boxes prompt questions quiz help guess sense conclusions difference differences units metric component app website`)

/** Who names one of these wants no picture. */
export const FORMATS = words(`
  json csv xml html css yaml markdown latex react python javascript typescript tailwind excel`)

/** What a photo can tell of something: “age of the man”. */
export const FACTS = words(`
  age gender color colour colors colours price brand type kind size date year time location breed species meaning
  distance height weight value temperature`)

/** Where the words end that name a thing, and begin to say more about it. */
export const AFTER_THING = words(`
  of about for with from in on at that which saying to into using by where describing explaining based as , and then
  please thanks`)

/** Of these the thing meant is one in the picture: “make the title bigger”. */
export const DEFINITE = words('the his her my our their its your')

/** English, and hardly anything else. */
export const ENGLISH = words(`
  the this that these those it its with without and into from his him them their your background sky please photo
  picture painting watercolor watercolour cartoon more less brighter darker warmer cooler sharper softer bigger smaller
  younger older`)

/**
 * First words in other languages that change a picture whatever follows. Verbs like “make”, which make lists and poems
 * too, are left out.
 */
export const CHANGING_ABROAD = words(`
  ändere verändere entferne lösche ersetze tausche füge schneide drehe schärfe retuschiere
  supprime supprimez enlève enlevez efface effacez remplace remplacez ajoute ajoutez floute floutez recadre
  cambia cambie quita quite elimina elimine borra borre reemplaza reemplace sustituye añade añada agrega difumina
  rimuovi togli cancella sostituisci aggiungi sfoca ritaglia
  mude troque altere remova tire apague substitua adicione desfoque recorte
  verander verwijder vervang voeg vervaag
  удали убери замени измени добавь размой`)

/** The same where words are not set apart: anywhere in a sentence that has none of `ASKING_UNSPACED`. */
export const CHANGING_UNSPACED = [
  ...words(`
    换成 改成 变成 去掉 去除 删除 移除 替换 添加 模糊 抠图
    変えて 替えて 消して 削除して 除去して 追加して ぼかして 置き換えて
    바꿔 바꾸 지워 제거 삭제 추가해 흐리게`),
]
export const ASKING_UNSPACED = [
  ...words(`
    什么 怎么 如何 吗 描述 解释 说明 告诉
    何 説明 教えて どう ですか
    설명 방법 알려 뭐 무엇`),
]
