import axios from "axios";
import { serve } from "../servers/http.mjs";

async function get(path) {
  const { url, close } = await serve((request, response) => {
    response.statusCode = request.url === "/nowhere" ? 404 : 200;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ path: request.url }));
  });
  try {
    return await axios.get(`${url}${path}`);
  } finally {
    await close();
  }
}

export async function work() {
  const { status, data } = await get("/Ada");
  return [status, data];
}

export const fail = () => get("/nowhere");
