import { addMonths, eachDayOfInterval, format } from "date-fns";

export function work() {
  const noon = new Date(Date.UTC(2024, 0, 31, 12));
  const days = eachDayOfInterval({ start: new Date(2024, 0, 1), end: new Date(2024, 11, 31) });
  return [addMonths(noon, 1), days.length, format(addMonths(noon, 1), "EEEE")];
}

export const fail = () => format(new Date(Number.NaN), "yyyy");
