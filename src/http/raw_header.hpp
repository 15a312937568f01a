#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace jobcast::http {

/// The length of a request's head, up to and with its empty line; nothing where it is not whole yet.
std::optional<std::size_t> find_head_end(std::string_view bytes);

/// Looks at a request's head before Beast's parser, which unfolds folded headers silently and takes framings that
/// another server on the way may read differently (RFC 9112, sections 2.2, 3.2, 5.2 and 6.1).
/// @return  the reason to refuse it with 400 and close, or null
const char* find_header_fault(std::string_view head);

}  // namespace jobcast::http
