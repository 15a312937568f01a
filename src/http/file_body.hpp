#pragma once

#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/await.hpp"
#include "http/response.hpp"

namespace jobcast::http {

/// The content of a file that nobody changes any more, opened by the file pool, which reads it piece by piece while it
/// is sent. Nothing where there is no such regular file.
/// @param pool  must outlive the answer
Task<std::optional<BodySource>> open_file_body(boost::asio::thread_pool& pool, IoExecutor executor,
                                               std::filesystem::path path);

/// Content-Disposition that has browsers save the file under this name (RFC 6266; RFC 8187 for what is not ASCII).
std::string attachment_header(std::string_view filename);

/// Whether browsers may show content of this type that somebody else made: it runs no scripts.
bool is_harmless_media_type(std::string_view media_type);

}  // namespace jobcast::http
