import express from "express";
import { serve } from "../servers/http.mjs";

export async function work() {
  const app = express();
  app.get("/:name", (request, response) => response.json({ hello: request.params.name }));
  const { url, close } = await serve(app);
  const response = await fetch(`${url}/Ada`);
  const body = await response.json();
  await close();
  return [response.status, body];
}

export const fail = () => express().use();
