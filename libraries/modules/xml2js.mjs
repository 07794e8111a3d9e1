import { parseStringPromise } from "xml2js";

export const work = () => parseStringPromise('<names><name>Ada</name><name born="1912">Alan</name></names>');

export const fail = () => parseStringPromise("<a></b>");
