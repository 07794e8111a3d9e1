import { Agent, request } from "undici";
import { serve } from "../servers/http.mjs";

async function get(path, listener, options) {
  const { url, close } = await serve(listener);
  const dispatcher = new Agent(options);
  try {
    const { statusCode, body } = await request(`${url}${path}`, { dispatcher });
    return [statusCode, await body.text()];
  } finally {
    await dispatcher.destroy();
    await close();
  }
}

export const work = () => get("/Ada", (request, response) => response.end(request.url));

export const fail = () => get("/", () => {}, { headersTimeout: 10 });
