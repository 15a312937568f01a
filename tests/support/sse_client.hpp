#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/http_client.hpp"

namespace jobcast {

struct SseEvent {
  std::string name;
  std::string data;
  std::optional<std::int64_t> id;
  std::optional<std::int64_t> retry_ms;

  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(data); }
  bool operator==(const SseEvent&) const = default;

  [[nodiscard]] std::string type() const { return json().value("type", ""); }
};

/// Takes the fields of an event stream apart (WHATWG HTML, section 9.2.6), as far as the server writes them.
class SseParser {
 public:
  void feed(std::string_view bytes) { buffer_ += bytes; }
  std::optional<SseEvent> next();

 private:
  std::string buffer_;
};

/// An open event stream. Asks as EventSource does; every wait has an end.
class SseClient {
 public:
  struct Options {
    std::optional<std::int64_t> last_event_id;
    bool http_1_0 = false;
    int receive_bytes = 0;  ///< of the kernel's buffer; 0: its own choice
    Headers headers;        ///< further ones
  };

  SseClient(std::uint16_t port, std::string_view target, const Options& options);
  SseClient(std::uint16_t port, std::string_view target) : SseClient(port, target, Options()) {}

  /// Status and headers. Of an answer that is no stream, with its body as the events' text.
  [[nodiscard]] const HttpResponse& response() const { return response_; }

  /// The next event but heartbeats and `queue`, which come by the clock; nothing at the end of the stream. Throws when
  /// nothing comes.
  std::optional<SseEvent> next();

  /// The next event of that name, `queue` too; what comes before it is skipped. Throws when the stream ends first.
  SseEvent next(std::string_view name);

  /// Every event up to the end of the stream.
  std::vector<SseEvent> rest();

  /// The body was ended as HTTP demands, not cut.
  [[nodiscard]] bool ended_well() const { return ended_well_; }

  /// The highest id so far, 0 where there was none: what EventSource would resume from.
  [[nodiscard]] std::int64_t last_id() const { return last_id_; }

 private:
  std::optional<SseEvent> next_of_any_name();
  bool read_more();
  void take_chunks();

  ClientSocket socket_;
  HttpResponse response_;
  std::string raw_;
  SseParser parser_;
  std::int64_t last_id_ = 0;
  bool chunked_ = false;
  bool at_end_ = false;
  bool ended_well_ = false;
};

}  // namespace jobcast
