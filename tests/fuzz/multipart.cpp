// The multipart parser makes the same of a form however its bytes are cut into pieces, and always comes to an end.

#include "http/multipart.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using jobcast::http::MultipartParser;
using Step = MultipartParser::Step;

// All that the parser said of `body`, runs of data put together, with the step that it ended in.
struct Reading {
  std::string said;
  Step end = Step::need_more;
};

Reading read_in_pieces(std::string_view body, std::size_t piece_bytes) {
  MultipartParser parser("xYz");
  Reading reading;
  while (!body.empty()) {
    const auto piece = body.substr(0, piece_bytes);
    body.remove_prefix(piece.size());
    parser.feed(piece);
    // Every step but the last takes at least one byte, or begins or ends a part.
    std::size_t steps_left = 4 * (piece.size() + 4096);
    for (;;) {
      reading.end = parser.next();
      if (reading.end == Step::data) {
        reading.said += parser.data();
      } else if (reading.end == Step::part_begin) {
        reading.said += "\n<" + parser.head().name + "|" + parser.head().filename.value_or("(none)") + ">\n";
      } else if (reading.end == Step::part_end) {
        reading.said += "\n</>\n";
      } else {
        break;
      }
      if (--steps_left == 0) std::abort();
    }
    if (reading.end != Step::need_more) break;
  }
  return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = read_in_pieces(body, std::max<std::size_t>(body.size(), 1));
  const auto pieces = read_in_pieces(body, std::max<std::size_t>(data[0], 1));
  if (whole.end != pieces.end || whole.said != pieces.said) std::abort();

  const auto boundary = MultipartParser::boundary_of(body);
  if (boundary && (boundary->empty() || boundary->size() > 70)) std::abort();
  return 0;
}
