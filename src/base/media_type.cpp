#include "base/media_type.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <magic.h>
#include <memory>
#include <spdlog/spdlog.h>
#include <utility>

#include "base/text.hpp"

namespace jobcast {
namespace {

constexpr std::string_view unknown_type = "application/octet-stream";
constexpr std::string_view plain_text = "text/plain";

/// Files up to this size are too short for libmagic to call them text.
constexpr std::size_t short_file_bytes = 4;

struct CloseMagic {
  void operator()(magic_set* cookie) const { magic_close(cookie); }
};
using Magic = std::unique_ptr<magic_set, CloseMagic>;

Magic load_magic() {
  Magic cookie(magic_open(MAGIC_MIME_TYPE | MAGIC_SYMLINK | MAGIC_ERROR));
  if (cookie == nullptr) {
    spdlog::error("libmagic can't be used: out of memory");
  } else if (magic_load(cookie.get(), nullptr) != 0) {
    spdlog::error("libmagic can't load its database: {}", magic_error(cookie.get()));
    cookie.reset();
  }
  return cookie;
}

std::string content_type_of(const std::filesystem::path& file) {
  // A cookie serves one thread at a time.
  thread_local const Magic cookie = load_magic();
  if (cookie == nullptr) return std::string(unknown_type);
  const char* const type = magic_file(cookie.get(), file.c_str());
  if (type == nullptr) {
    spdlog::warn("the media type of {} can't be told: {}", file.string(), magic_error(cookie.get()));
    return std::string(unknown_type);
  }
  return type;
}

bool is_text_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || (byte >= '\t' && byte <= '\r');
}

bool is_short_text(const std::filesystem::path& file) {
  std::array<char, short_file_bytes + 1> buffer{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(buffer.data(), buffer.size());
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(stream.gcount()));
  return !bytes.empty() && bytes.size() <= short_file_bytes && is_valid_utf8(bytes) &&
         std::all_of(bytes.begin(), bytes.end(), is_text_byte);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view type_of_extension(std::string_view filename) {
  constexpr std::pair<std::string_view, std::string_view> types[] = {
      {"md", "text/markdown"},      {"markdown", "text/markdown"}, {"csv", "text/csv"},
      {"json", "application/json"}, {"html", "text/html"},         {"htm", "text/html"},
  };
  const auto dot = filename.rfind('.');
  if (dot == std::string_view::npos) return {};
  const auto extension = lower_case(filename.substr(dot + 1));
  for (const auto& [known, type] : types) {
    if (extension == known) return type;
  }
  return {};
}

}  // namespace

bool is_text_media_type(std::string_view media_type) {
  constexpr std::string_view others[] = {
      "application/json",       "application/x-ndjson", "application/xml", "application/csv",
      "application/javascript", "application/x-subrip", "message/rfc822",
  };
  return media_type.starts_with("text/") || media_type.ends_with("+json") ||
         std::find(std::begin(others), std::end(others), media_type) != std::end(others);
}

std::string refine_media_type(std::string_view content_type, std::string_view filename) {
  const auto type = content_type.substr(0, content_type.find(';'));
  if (type.empty()) return std::string(unknown_type);
  if (type == "inode/x-empty" || type == "application/x-empty") return std::string(plain_text);
  if (is_text_media_type(type)) {
    if (const auto refined = type_of_extension(filename); !refined.empty()) return std::string(refined);
  }
  if (type == "application/csv") return "text/csv";
  return std::string(type);
}

std::string detect_media_type(const std::filesystem::path& file, std::string_view filename) {
  auto type = content_type_of(file);
  if (type == unknown_type && is_short_text(file)) type = plain_text;
  return refine_media_type(type, filename);
}

}  // namespace jobcast
