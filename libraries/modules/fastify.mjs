import fastify from "fastify";

export async function work() {
  const app = fastify();
  app.get("/:name", async (request) => ({ hello: request.params.name }));
  const { statusCode, body } = await app.inject("/Ada");
  await app.close();
  return [statusCode, JSON.parse(body)];
}

export const fail = () =>
  fastify()
    .get("/", () => {})
    .get("/", () => {});
