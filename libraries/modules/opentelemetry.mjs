import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
// Once in each worker: a second registration is refused.
provider.register();
const tracer = trace.getTracer("libraries");

export const work = () =>
  tracer.startActiveSpan("outer", async (outer) => {
    await new Promise(setImmediate);
    tracer.startSpan("inner", {}, context.active()).end();
    outer.end();
    const spans = exporter
      .getFinishedSpans()
      .filter((span) => span.spanContext().traceId === outer.spanContext().traceId);
    const nameOf = (id) => spans.find((span) => span.spanContext().spanId === id)?.name;
    return spans.map(({ name, parentSpanContext: parent }) => (parent ? `${name} in ${nameOf(parent.spanId)}` : name));
  });

export const fail = () =>
  tracer.startActiveSpan("fails", (span) => {
    const error = new RangeError("noted in a span");
    span.recordException(error);
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    throw error;
  });
