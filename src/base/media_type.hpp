#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace jobcast {

/// The media type of a file, without parameters: what libmagic makes of its content, refined by the extension of
/// `filename` (the name the user gave) where the content is text. `text/plain` for an empty file,
/// `application/octet-stream` where nothing is known or the file can't be read. Reads the file; loads libmagic's
/// database once a thread, which takes some 10 ms.
std::string detect_media_type(const std::filesystem::path& file, std::string_view filename);

/// The pure part: libmagic's answer for the content made into the type that we tell. The extension counts only
/// where the content is text: .md .markdown .csv .json .html .htm, in any case.
std::string refine_media_type(std::string_view content_type, std::string_view filename);

/// Whether a file of this type is text that a person can read as it is (text/*, JSON, XML, scripts), so that its
/// bytes are its text. HTML is among them.
bool is_text_media_type(std::string_view media_type);

}  // namespace jobcast
