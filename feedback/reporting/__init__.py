"""The monthly report（月次報告）and its forms: HTML, PDF, XLSX."""
