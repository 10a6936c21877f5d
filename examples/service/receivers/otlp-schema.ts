import protobuf from 'protobufjs'

// The part of OTLP that the demo decodes. The decoder ignores other fields.
const text = `
syntax = "proto3";

message Traces { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message ScopeSpans { repeated Span spans = 2; }
message Span {
  bytes trace_id = 1;
  bytes span_id = 2;
  bytes parent_span_id = 4;
  string name = 5;
  fixed64 start_time_unix_nano = 7;
  fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9;
  Status status = 15;
}
message Status { string message = 2; int32 code = 3; }

message Metrics { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
message ScopeMetrics { repeated Metric metrics = 2; }
message Metric {
  string name = 1;
  string unit = 3;
  Numbers gauge = 5;
  Numbers sum = 7;
  Histograms histogram = 9;
}
message Numbers { repeated NumberPoint data_points = 1; int32 aggregation_temporality = 2; }
message NumberPoint {
  repeated KeyValue attributes = 7;
  oneof value { double as_double = 4; sfixed64 as_int = 6; }
}
message Histograms { repeated HistogramPoint data_points = 1; int32 aggregation_temporality = 2; }
message HistogramPoint { fixed64 count = 4; repeated KeyValue attributes = 9; }

message Resource { repeated KeyValue attributes = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue {
  oneof value {
    string string_value = 1;
    bool bool_value = 2;
    int64 int_value = 3;
    double double_value = 4;
    ArrayValue array_value = 5;
  }
}
message ArrayValue { repeated AnyValue values = 1; }
`

const { root } = protobuf.parse(text)

/** The result is like the JSON form of OTLP, but its ids are base64 instead of hexadecimal. */
export function decodeMessage(type: 'Traces' | 'Metrics', bytes: Uint8Array): unknown {
  const message = root.lookupType(type)
  return message.toObject(message.decode(bytes), { longs: String, bytes: String })
}
