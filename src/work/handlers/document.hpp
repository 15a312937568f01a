#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "jobcast/job_handler.hpp"

namespace jobcast {

struct DocumentOptions {
  std::string pdftotext = "pdftotext";  ///< a name to look up in PATH, or a path
  std::string pdfinfo = "pdfinfo";
  std::chrono::milliseconds pdf_time{60'000};              ///< of either program; beyond: the job fails
  std::uint64_t pdf_memory_bytes = 1024ULL * 1024 * 1024;  ///< address space; beyond: the job fails
  std::uint64_t pdf_text_bytes = 128ULL * 1024 * 1024;     ///< text of a PDF; beyond: the job fails
  std::uint64_t html_bytes = 32ULL * 1024 * 1024;          ///< an HTML file; beyond: the job fails
  std::uint64_t html_memory_bytes = 512ULL * 1024 * 1024;  ///< its parsed form; beyond: the job fails
  std::chrono::milliseconds html_time{10'000};             ///< to parse it; beyond: the job fails
};

/// Extracts the text of PDF, HTML and text files, saves it in chunks of limits::chunk_bytes, and tells
/// `{"media_type","bytes","sha256","pages"?,"words","chunks","title"?}`.
std::unique_ptr<JobHandler> make_document_handler(DocumentOptions options = {});

}  // namespace jobcast
