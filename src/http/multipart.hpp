#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobcast::http {

/// The head of one part of a form.
struct PartHead {
  std::string name;
  std::optional<std::string> filename;  ///< as the client named it, unchecked
};

/// Reads multipart/form-data (RFC 7578, RFC 2046 section 5.1) piece by piece, as it comes. Pure: feed() bytes, then
/// take next() until it wants more. Holds at most one piece and the head of one part.
class MultipartParser {
 public:
  enum class Step : std::uint8_t {
    need_more,   ///< feed() the next piece; at the end of the body this means that it is cut short
    part_begin,  ///< head() is the new part's
    data,        ///< data() is a run of the part's bytes, valid until the next call
    part_end,
    finished,   ///< the closing boundary was read; what follows it is ignored
    malformed,  ///< fault() says how; nothing more comes
  };

  /// `boundary` as boundary_of() gives it.
  explicit MultipartParser(std::string_view boundary);

  void feed(std::string_view bytes);
  Step next();

  [[nodiscard]] const PartHead& head() const { return head_; }
  [[nodiscard]] std::string_view data() const { return data_; }
  [[nodiscard]] std::string_view fault() const { return fault_; }

  /// The boundary of a multipart/form-data Content-Type; nothing where it has none, or none that is allowed.
  static std::optional<std::string> boundary_of(std::string_view content_type);

 private:
  enum class State : std::uint8_t { preamble, after_boundary, part_head, part_data, finished, malformed };

  Step next_in_preamble();
  Step next_after_boundary();
  Step next_in_head();
  Step next_in_data();
  Step fail(std::string_view fault);
  [[nodiscard]] std::string_view rest() const { return std::string_view(buffer_).substr(at_); }

  std::string delimiter_;  ///< CRLF "--" boundary
  std::string buffer_;
  std::size_t at_ = 0;  ///< what stands before it in the buffer is used
  std::string_view data_;
  std::string_view fault_;
  PartHead head_;
  State state_ = State::preamble;
};

}  // namespace jobcast::http
