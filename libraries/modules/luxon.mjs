import { DateTime, Settings } from "luxon";

Settings.throwOnInvalid = true;

export const work = () => DateTime.fromISO("2024-03-31T01:30", { zone: "Europe/Berlin" }).plus({ hours: 1 }).toISO();

export const fail = () => DateTime.fromISO("never");
