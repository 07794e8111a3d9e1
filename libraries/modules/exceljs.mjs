import ExcelJS from "exceljs";

export async function work() {
  const workbook = new ExcelJS.Workbook();
  workbook.addWorksheet("Numbers").addRows([[1], [2], [42]]);
  const read = new ExcelJS.Workbook();
  await read.xlsx.load(await workbook.xlsx.writeBuffer());
  const [sheet] = read.worksheets;
  return [sheet.name, sheet.rowCount, sheet.getCell("A3").value];
}

export const fail = () => new ExcelJS.Workbook().xlsx.load(Buffer.from("no workbook"));
