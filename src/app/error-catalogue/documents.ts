import { type ErrorEntry, terminal } from './entry.ts'

const book = '$ rollbook book upgrade.yaml -i inventory.yaml --set release=2.0.0'

/** Recipe books and reports, and the templates they are laid out with. */
export const documentErrors: Readonly<Record<string, ErrorEntry>> = {
  OUTPUT_MISSING: {
    title: 'No file to write',
    meaning: 'A document is written to a file, and none was named.',
    why: '`--output` was left out.',
    cure: 'Add `-o FILE` with a name that ends in `.html` or `.md`.',
    example: terminal(
      `${book}\nrollbook: a file to write is needed [OUTPUT_MISSING]\n  Give it with --output FILE; the name ends in .html or .md.`,
    ),
  },
  DOCUMENT_FORMAT_UNKNOWN: {
    title: 'Format of the document not known',
    meaning: 'The format follows from the end of the file name, and this end says nothing.',
    why: 'Documents are written as HTML or Markdown only.',
    cure: 'Let the name end in `.html` or `.md`. A browser prints HTML as PDF.',
    example: terminal(
      `${book} -o book.docx\nrollbook: "book.docx" does not say which format is wanted [DOCUMENT_FORMAT_UNKNOWN]\n  Let the name end in .html or .md.`,
    ),
  },
  DOCUMENT_UNWRITABLE: {
    title: 'Document cannot be written',
    meaning: 'The document was made, and the file system refused it. A file that stood there before is unchanged.',
    why: 'The name is that of a folder, rights are missing, or the disk is full.',
    cure: 'Choose another place, or cure what the message names.',
    example: terminal(
      `${book} -o folder.html\nrollbook: "folder.html" cannot be written: it is a folder [DOCUMENT_UNWRITABLE]`,
    ),
  },
  TIME_ZONE_UNKNOWN: {
    title: 'Unknown time zone',
    meaning: 'The instants of a document are shown in a time zone, and this is the name of none.',
    why: 'It is misspelt, is an abbreviation such as CET, or an offset.',
    cure: 'Write the IANA name, such as `Europe/Zurich`, or `UTC`.',
    example: terminal(
      `${book} -o book.md --time-zone Mars/Base\nrollbook: time zone "Mars/Base" is not known [TIME_ZONE_UNKNOWN]\n  Write an IANA name such as "Europe/Zurich" or "UTC".`,
    ),
  },
  TEMPLATES_UNREADABLE: {
    title: 'No folder with templates',
    meaning: '`--templates` names no folder that can be read.',
    why: 'The path is misspelt or starts from another folder, or rights are missing.',
    cure: 'Name a folder that holds the templates that you want in place of those that ship.',
    example: terminal(
      `${book} -o book.md --templates nowhere\nrollbook: there is no folder "…nowhere" with templates [TEMPLATES_UNREADABLE]`,
    ),
  },
  TEMPLATE_UNKNOWN: {
    title: 'Template that no document uses',
    meaning: 'The folder of templates holds a file whose name is not that of a template.',
    why: 'A misspelt name would be passed over without a word, and the shipped template used in its place.',
    cure: 'Give it the name that is proposed, or move it elsewhere.',
    example: terminal(
      `${book} -o book.html --templates misspelt\nrollbook: no document uses the template "recipe-bok.html" in "…misspelt" [TEMPLATE_UNKNOWN]\n  Did you mean "recipe-book.html"?`,
    ),
  },
  TEMPLATE_MISSING: {
    title: 'A template names one that does not exist',
    meaning: 'A document needs a template that is neither among those that ship nor in the folder of `--templates`.',
    why: 'The installation is incomplete, or a program uses the library with templates of its own.',
    cure: 'Install Rollbook again, or add the template to the set that the program hands over.',
    example: terminal(
      `${book} -o book.md\nrollbook: there is no template "recipe-book.md" [TEMPLATE_MISSING]\n  A folder of templates may hold …`,
    ),
  },
  TEMPLATE_INVALID: {
    title: 'Template cannot be laid out',
    meaning: 'The template is malformed, or asks for something that the document does not have.',
    why: 'A block is not closed, a partial is misspelt, or a key of the document is not the one that is meant.',
    cure: 'Compare it with the template of the same name that ships, at the line of the message.',
    example: terminal(
      `${book} -o book.md --templates broken\nrollbook: template "recipe-book.md" cannot be laid out: … [TEMPLATE_INVALID]\n  Compare it with the template of the same name that Rollbook ships.`,
    ),
  },
  TEMPLATE_UNESCAPED: {
    title: 'Template would print text as it is',
    meaning:
      'Three braces print a text without making it safe, so that what a person typed could become markup or script.',
    why: 'Often it is meant to keep markup alive.',
    cure: 'Write two braces. What is meant to be markup arrives as markup anyway.',
    example: terminal(
      `${book} -o book.md --templates unescaped\nrollbook: template "recipe-book.md", line 1: unescaped output [TEMPLATE_UNESCAPED]\n  Write {{…}} with two braces: what is meant to be markup arrives as markup.`,
    ),
  },
}
