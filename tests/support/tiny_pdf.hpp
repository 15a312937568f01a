#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace jobcast {

/// A PDF file with one line of ASCII text a page (none where it is empty), and a title. Neither may hold brackets or
/// backslashes.
inline std::string tiny_pdf(const std::vector<std::string>& pages, const std::string& title = "") {
  std::string kids;
  for (std::size_t i = 0; i < pages.size(); ++i) kids += std::to_string(4 + 2 * i) + " 0 R ";
  std::vector<std::string> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [" + kids + "] /Count " + std::to_string(pages.size()) + " >>",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  };
  for (const auto& page : pages) {
    const auto content = page.empty() ? std::string() : "BT /F1 12 Tf 72 720 Td (" + page + ") Tj ET";
    objects.push_back(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
        "/Contents " +
        std::to_string(objects.size() + 2) + " 0 R >>");
    objects.push_back("<< /Length " + std::to_string(content.size()) + " >>\nstream\n" + content + "\nendstream");
  }
  objects.push_back("<< /Title (" + title + ") >>");

  std::string pdf = "%PDF-1.4\n";
  std::string table;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    char entry[32];
    std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", pdf.size());
    table += entry;
    pdf += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const auto count = std::to_string(objects.size() + 1);
  const auto start = std::to_string(pdf.size());
  pdf += "xref\n0 " + count + "\n0000000000 65535 f \n" + table;
  pdf += "trailer\n<< /Size " + count + " /Root 1 0 R";
  if (!title.empty()) pdf += " /Info " + std::to_string(objects.size()) + " 0 R";
  return pdf + " >>\nstartxref\n" + start + "\n%%EOF\n";
}

}  // namespace jobcast
