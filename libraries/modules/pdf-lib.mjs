import { PDFDocument, StandardFonts } from "pdf-lib";

export async function work() {
  const document = await PDFDocument.create();
  document.setTitle("Report");
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const text of ["one", "two"]) document.addPage().drawText(text, { font });
  const read = await PDFDocument.load(await document.save());
  return [read.getPageCount(), read.getTitle()];
}

export const fail = () => PDFDocument.load(Buffer.from("no PDF"));
