"""What Streamlit says in English, word for word, and what is said instead."""

from __future__ import annotations

from pages.ui.text import words

# What Streamlit says to everybody, word for word with {places}; the texts have under browser.* what is said instead.
# What fills {what} is itself said by Streamlit. What is said first here is looked for first.
STREAMLITS = {
    # the frame of the page, its menu
    "skip": "Skip to main content",
    "sidebar": "Sidebar",
    "collapse": "Collapse sidebar",
    "expand": "Expand sidebar",
    "pages": "App pages",
    "menu": "Main menu",
    "theme": "Theme",
    "system": "System",
    "light": "Light",
    "dark": "Dark",
    "print": "Print",
    # dialogs, and what they say
    "close": "Close",
    "dismiss": "Dismiss",
    "no_page": "Page not found",
    "no_such_page": "The page that you have requested does not seem to exist. Running the app's main page.",
    "no_page_named": (
        "You have requested page /{name}, but no corresponding file was found in the app's pages/ directory. "
        "Running the app's main page."
    ),
    "connecting": "Connecting",
    "connecting_to_server": "Connecting to Streamlit server",
    "no_connection": "Unable to connect to Streamlit server",
    "connection_error": "Connection error",
    "no_answer": "Streamlit server is not responding. Are you connected to the internet?",
    "no_answer_here": (
        "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:"
    ),
    "command": "streamlit run yourscript.py",
    "timed_out": "Connection timed out.",
    "status": "Connection failed with status {status}.",
    "status_and_more": "Connection failed with status {status}, and response:",
    "fault": "Error",
    "fault_of_script": "Script execution error",
    "running": "Running...",
    "stop": "Stop",
    # fields
    "help": "Help for {label}",
    "clear": "Clear value",
    "increment": "Increment",
    "decrement": "Decrement",
    "outside": "Number is outside the allowed range. Please enter a value between {low} and {high}.",
    "below": "Number is below the allowed range. Please enter a value greater than or equal to {low}.",
    "above": "Number is above the allowed range. Please enter a value less than or equal to {high}.",
    "error": "Error: {what}",
    "error_apart": ": {what}",
    "error_alone": "Error:",
    # lists
    "open": "Open",
    "choose": "Choose an option",
    "choose_several": "Choose options",
    "nothing_found": "No results",
    "list": "Selectbox options",
    "list_of_several": "Multiselect options",
    "one_option": "1 option available.",
    "options": "{count} options available.",
    "chosen": "{option}, selected",
    "most": "You can only select up to {most} options. Remove an option first.",
    "all_chosen": "Selected values",
    "remove": "Remove {name}",
    "remove_all": "Clear all",
    # files
    "browse": "Upload",
    "limit": "{size}MB per file",
    "upload": "file upload",
    "add": "Add files",
    "add_icon": "add icon",
    "too_large": "File must be {size}.0MB or smaller.",
    "unexpected": "Unexpected error. Please try again.",
    # pictures and code
    "fullscreen_of": "Fullscreen: {label}",
    "fullscreen": "Fullscreen",
    "leave_fullscreen_of": "Close fullscreen: {label}",
    "leave_fullscreen": "Close fullscreen",
    "copy": "Copy to clipboard",
    "copied": "Copied",
}


def instead(language: str) -> list[tuple[str, str]]:
    """Each of them with what is said instead in a language, in the order in which they are looked for."""
    ours = words(language)
    return [(said, ours[f"browser.{name}"]) for name, said in STREAMLITS.items()]
